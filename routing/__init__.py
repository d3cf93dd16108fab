"""Which office gets the report, and by when; nothing to do with URLs. Pure: no network, database, clock or words."""
