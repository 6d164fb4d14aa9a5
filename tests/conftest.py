"""What every tier shares."""

from __future__ import annotations

pytest_plugins = ["tests.engines"]
