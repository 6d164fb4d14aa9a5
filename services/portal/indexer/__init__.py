"""Keeps the search index in step with what the other services publish."""
