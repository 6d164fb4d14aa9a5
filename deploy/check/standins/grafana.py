"""Answers Grafana's health address if all that Grafana would read can be read."""

from __future__ import annotations

import http.server
import json
import os
from pathlib import Path

DASHBOARDS = Path("/var/lib/tocsin/dashboards")
PROVISIONING = Path("/etc/grafana/provisioning")
DATA = Path("/var/lib/grafana")


def read_everything() -> None:
    """Raise where a mount is missing, unreadable or, for the data, not writable."""
    Path(os.environ["GF_SECURITY_ADMIN_PASSWORD__FILE"]).read_text(encoding="utf-8")
    for path in DASHBOARDS.glob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    if not [path.read_text(encoding="utf-8") for path in PROVISIONING.rglob("*.yml")]:
        raise FileNotFoundError(PROVISIONING)
    (DATA / "started").write_text("yes", encoding="utf-8")


class Health(http.server.BaseHTTPRequestHandler):
    """Says that everything was read."""

    def do_GET(self) -> None:
        """Answer the address of the health check alone."""
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of a check every ten seconds."""


if __name__ == "__main__":
    read_everything()
    http.server.HTTPServer(("", 3000), Health).serve_forever()
