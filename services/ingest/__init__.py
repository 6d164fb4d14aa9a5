"""The ingest service: from an outlet's feed to an item with its evidence."""
