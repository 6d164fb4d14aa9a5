"""The recorded outlets' two ports, beside those of engines and services."""

import socket
from collections.abc import Mapping

from deploy.demo.press import PRESS
from deploy.local.errors import LocalError
from deploy.local.ports import fixed_ports

PORTS: Mapping[str, int] = {"demo": 8091, "demo_control": 8092}


def demo_ports(ports: Mapping[str, int]) -> dict[str, int]:
    """Add the recorded outlets' two ports, which TOCSIN_DEMO_PORT and its like change."""
    return {**ports, **fixed_ports(defaults=PORTS)}


def check_outlets_free(port: int) -> None:
    """Raise LocalError, with what to change, where an outlet's address cannot be had."""
    for outlet in PRESS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((outlet.address, port))
            except OSError as error:
                raise LocalError(
                    f"{outlet.address}:{port} cannot be had for the recorded outlets"
                    f" ({error.strerror}): set TOCSIN_DEMO_PORT to a free port."
                ) from error
