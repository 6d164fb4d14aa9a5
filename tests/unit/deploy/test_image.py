"""What the Dockerfile promises, and the check by which a container is judged."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.compose import healthcheck

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "deploy" / "compose" / "Dockerfile").read_text()


def test_image_has_two_stages_on_one_base_that_can_be_swapped() -> None:
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${BASE_IMAGE}"] * 2


def test_base_is_pinned_to_one_release() -> None:
    assert re.search(r"^ARG BASE_IMAGE=python:3\.11\.\d+-slim-bookworm$", DOCKERFILE, re.MULTILINE)


def test_packages_are_installed_by_their_hashes() -> None:
    assert "--require-hashes --requirement requirements.lock" in DOCKERFILE
    assert "npm ci" in DOCKERFILE


def test_image_has_no_tool_of_the_tests_and_no_module_needs_one() -> None:
    removed = re.search(r"pip uninstall [^\n]*\n +([a-z -]+)", DOCKERFILE)
    assert removed
    tools = "|".join(name.replace("-", "_") for name in removed[1].split())
    imported = re.compile(rf"^\s*(?:import|from) (?:{tools})\b", re.MULTILINE)
    for folder in ("shared", "services", "deploy"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not imported.search(path.read_text(encoding="utf-8")), path


def test_image_runs_as_a_user_without_rights() -> None:
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_image_checks_its_own_health() -> None:
    assert "HEALTHCHECK" in DOCKERFILE
    assert (ROOT / "deploy" / "compose" / "healthcheck.py").is_file()


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/livez" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: the test asserts what was answered."""


@pytest.mark.enable_socket
def test_health_is_what_the_service_answers() -> None:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        port = str(server.server_port)
        assert healthcheck.main(["/livez", port]) == 0
        assert healthcheck.main(["/readyz", port]) == 1
    finally:
        server.shutdown()
        server.server_close()
    assert healthcheck.main(["/livez", port]) == 1
