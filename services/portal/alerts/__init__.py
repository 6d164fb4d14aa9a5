"""Signals that two people have released."""
