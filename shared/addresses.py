"""Exact addresses with ports, as an operator writes them in one setting."""

from __future__ import annotations

import ipaddress

Addresses = frozenset[tuple[str, int]]


def parse_addresses(text: str) -> Addresses:
    """Return the pairs in `127.0.1.1:8091,127.0.1.2:8091`; ValueError names a bad one."""
    pairs = set()
    for part in filter(None, (one.strip() for one in text.split(","))):
        host, _, port = part.rpartition(":")
        try:
            number = int(port)
            pairs.add((str(ipaddress.ip_address(host.strip("[]"))), number))
        except ValueError as error:
            raise ValueError(f"{part!r} is not an address with a port") from error
        if not 0 < number < 65_536:  # noqa: PLR2004 - the ports of TCP
            raise ValueError(f"{part!r} has no usable port")
    return frozenset(pairs)
