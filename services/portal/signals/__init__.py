"""Situations that a rule noticed, and what people decide about them."""
