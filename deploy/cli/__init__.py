"""The `tocsin` command: what people do at a terminal, one module a subject.

It puts services together, and so may import them, which other code outside them may not.
"""
