"""Everything that touches the network, the database, the clock or words."""
