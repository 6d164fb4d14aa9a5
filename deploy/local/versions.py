"""The pinned versions of the engines, read from pom.xml, their only place."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache

from deploy.local.paths import HERE

POM = HERE / "pom.xml"


def parse_versions(pom: str) -> dict[str, str]:
    """Return property name without `.version` -> version."""
    root = ET.fromstring(pom)  # noqa: S314 - our own file
    properties = root.find("properties")
    if properties is None:
        return {}
    return {entry.tag.removesuffix(".version"): entry.text or "" for entry in properties}


@cache
def version(engine: str) -> str:
    """Return the pinned version of *engine*."""
    return parse_versions(POM.read_text(encoding="utf-8"))[engine]
