"""A country's desk: what is new, what is clipped, and the weekly report made of it."""
