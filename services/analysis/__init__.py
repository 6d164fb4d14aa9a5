"""Analysis: what an item's text may match, who says it, and why that is thought so.

Pure modules turn text into a coded item; `handler` reads items and publishes analyses;
`store` alone talks to MongoDB.
"""
