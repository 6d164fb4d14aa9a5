"""Finding items by words and facets."""
