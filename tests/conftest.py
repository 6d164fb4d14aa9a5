"""What every tier shares; unit and contract tests cannot reach any network."""

from __future__ import annotations

import hypothesis
import pytest
from pytest_socket import disable_socket

pytest_plugins = ["tests.engines"]

# Machines are shared: how long one example took says nothing about the code.
hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")

CLOSED_TIERS = frozenset({"unit", "contract"})


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Block sockets, except the pairs by which an event loop wakes itself."""
    closed = CLOSED_TIERS.intersection(item.path.relative_to(item.config.rootpath).parts)
    if closed and item.get_closest_marker("enable_socket") is None:
        disable_socket(allow_unix_socket=True)
