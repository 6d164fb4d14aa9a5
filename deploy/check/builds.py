"""Builds what takes the place of the official images, under their pinned names."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.check.base import BASE
from deploy.check.paths import LOGS, STANDINS
from deploy.local.errors import LocalError
from deploy.local.install import home
from deploy.local.java import find_jdk

JAVA = "tocsin-check-java:1"
# Of the JDK, what only compiling and reading its source needs.
LEFT_OUT = ("jmods", "src.zip", "demo", "man")


@dataclass(frozen=True, slots=True)
class StandIn:
    """How one image is built: its Dockerfile, what enters its context, its arguments."""

    dockerfile: str
    files: Mapping[str, Path] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    base: str = BASE


def stand_ins() -> dict[str, StandIn]:
    """Return service of docker-compose.yml -> what takes the place of its image."""
    return {
        "kafka": StandIn(
            "kafka",
            {"kafka/lib": home("kafka") / "lib", "entry.py": STANDINS / "kafka.py"},
            base=JAVA,
        ),
        "mongo": StandIn("mongo", {"mongo": home("mongo")}, base=JAVA),
        "elasticsearch": StandIn(
            "elasticsearch",
            {
                "elasticsearch": home("elasticsearch"),
                "docker-entrypoint.sh": STANDINS / "elasticsearch.sh",
            },
            base=JAVA,
        ),
        "prometheus": StandIn("watch", arguments=_watch("prometheus", "/prometheus")),
        "alertmanager": StandIn("watch", arguments=_watch("alertmanager", "/alertmanager")),
        "grafana": StandIn("grafana", {"serve.py": STANDINS / "grafana.py"}),
        "proxy": StandIn("proxy"),
    }


def _watch(program: str, folder: str) -> dict[str, str]:
    package = program if program == "prometheus" else f"prometheus-{program}"
    return {"PACKAGE": package, "PROGRAM": package, "FOLDER": folder}


def build_java() -> None:
    """Build what the three engines' stand-ins share."""
    build(JAVA, StandIn("java", {"jdk": find_jdk()}))


def build(image: str, one: StandIn) -> None:
    """Build *image*; LocalError names the log of a build that fails."""
    named = {"BASE": one.base, **one.arguments}
    arguments = [part for key, value in named.items() for part in ("--build-arg", f"{key}={value}")]
    command = ["docker", "build", "--network", "host", "-t", image, *arguments, "-"]
    path = LOGS / "builds.log"
    with path.open("ab") as log:
        building = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        if building.stdin is None:
            raise LocalError("The build takes no context.")
        with building.stdin, tarfile.open(fileobj=building.stdin, mode="w|") as context:
            context.add(STANDINS / f"{one.dockerfile}.Dockerfile", "Dockerfile", filter=_plain)
            for name, source in one.files.items():
                context.add(source.resolve(), name, filter=_plain)
        if building.wait() != 0:
            raise LocalError(f"The image {image} could not be built: see {path}.")


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Let entries be root's and readable; times do not count, so that layers are found again."""
    if entry.name.rsplit("/", 1)[-1] in LEFT_OUT:
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode |= 0o644
    entry.mtime = 0
    return entry
