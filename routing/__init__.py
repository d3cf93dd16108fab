"""Which office gets the report, and by when. Pure: no network, no database, no clock, no words. Nothing to do with URLs."""
