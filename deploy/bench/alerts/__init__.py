"""Detectors side by side on composed series: how soon, and how often, each notices a rise."""
