"""Tells the container engine whether the service in this container answers.

Run as `healthcheck.py PATH [PORT]`. It uses the standard library alone, so that it starts
in a few milliseconds: the engine calls it every ten seconds in every container.
"""

from __future__ import annotations

import http.client
import os
import sys

TIMEOUT_SECONDS = 4
DEFAULT_PORT = "8070"


def answers(path: str, port: int) -> bool:
    """Tell whether *path* on this container's own *port* answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main(arguments: list[str]) -> int:
    """Return the exit status that the container engine reads: 0 is healthy."""
    path = arguments[0] if arguments else "/livez"
    port = arguments[1] if arguments[1:] else os.environ.get("TOCSIN_OPS_PORT", DEFAULT_PORT)
    return 0 if answers(path, int(port)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
