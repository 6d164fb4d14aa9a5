"""The `tocsin` command: what people do at a terminal, one module a subject.

A composition root; the only place outside a service that may import services.
"""
