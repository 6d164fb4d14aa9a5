"""One item with its text, its matched passages and its provenance."""
