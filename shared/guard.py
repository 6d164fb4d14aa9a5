"""Which addresses may be connected to: the public internet, and nothing of ours.

The check is of the socket's address at the moment of connecting, so that no notation of
a host, no redirect and no changing DNS answer gets around it.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass, field
from typing import Any

from shared.addresses import Addresses

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# All of IPv6 that has been given out for unicast. What lies outside is local, reserved, or
# an IPv4 address in disguise, and `is_global` calls much of that global.
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# `is_global` calls these global, or some versions of it do. Some are tunnels to addresses
# that are not, the others are no hosts of the public web.
REFUSED_RANGES = {
    "multicast": "224.0.0.0/4",
    "protocol assignments": "192.0.0.0/24",
    "6to4 relays": "192.88.99.0/24",
    "IPv6 protocol assignments, Teredo": "2001::/23",
    "IPv6 documentation": "2001:db8::/32",
    "6to4": "2002::/16",
    "newer IPv6 documentation": "3fff::/20",
}
_NETWORKS = {name: ipaddress.ip_network(text) for name, text in REFUSED_RANGES.items()}
REFUSAL = "Tocsin does not connect to "


class AddressRefusedError(OSError):
    """The address about to be connected is not of the public internet."""


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Decides and creates sockets; *allowed* is the demonstration's exact exception."""

    allowed: Addresses = field(default_factory=frozenset)

    def create_socket(self, address_info: Any) -> socket.socket:
        """Return a socket for one getaddrinfo result; AddressRefusedError instead of a bad one.

        The signature is that of aiohttp's `socket_factory`.
        """
        family, kind, protocol, _, address = address_info
        self.check(str(address[0]), int(address[1]))
        return socket.socket(family=family, type=kind, proto=protocol)

    def check(self, host: str, port: int) -> None:
        """Raise AddressRefusedError unless *host*, an IP address, may be connected."""
        if (host, port) in self.allowed:
            return
        reason = refusal(ipaddress.ip_address(host.partition("%")[0]))
        if reason is not None:
            raise AddressRefusedError(errno.EACCES, f"{REFUSAL}{host}: {reason}")


def refusal(address: IPAddress) -> str | None:
    """Return why *address* is refused, or None for an address of the public internet."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return refusal(address.ipv4_mapped)
    if isinstance(address, ipaddress.IPv6Address) and address not in GLOBAL_UNICAST:
        return f"it is outside {GLOBAL_UNICAST}"
    for name, network in _NETWORKS.items():
        if address.version == network.version and address in network:
            return f"{name} ({network})"
    if not address.is_global:
        return "it is not an address of the public internet"
    return None
