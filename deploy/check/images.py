"""The images that docker-compose.yml names: pulled where a registry answers, else stand-ins."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import yaml

from deploy.check.base import BASE, build_base
from deploy.check.builds import build, build_java, stand_ins
from deploy.check.paths import CLONE
from deploy.check.shell import run
from deploy.local.paths import REPOSITORY

PULL_SECONDS = 600
PROBE_SECONDS = 20
# What builds ask for on machines that reach package indices by way of another.
PASSED_ON = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL", "NPM_CONFIG_REGISTRY")

Say = Callable[[str], None]


def official_images() -> dict[str, str]:
    """Return service -> image of those that others publish."""
    compose = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
    return {name: compose["services"][name]["image"] for name in stand_ins()}


def provide_images(say: Say) -> set[str]:
    """Have every image of the engines; return the services whose image is a stand-in."""
    official = official_images()
    if pull(official["alertmanager"], PROBE_SECONDS):  # the smallest of them
        missing = {name for name, image in official.items() if not pull(image, PULL_SECONDS)}
        say(f"{len(official) - len(missing)} official images pulled")
    else:
        missing = set(official)
        say("no image registry answers: stand-ins take the place of the official images")
    if missing:
        build_base()
        build_java()
        for name in sorted(missing):
            build(official[name], stand_ins()[name])
            say(f"{official[name]}: a stand-in")
    return missing


def pull(image: str, seconds: float) -> bool:
    """Return whether the registry gave the image in time."""
    try:
        done = subprocess.run(
            ["docker", "pull", "--quiet", image], capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def build_services(base: str | None) -> None:
    """Build Tocsin's own image by its Dockerfile, on *base* where the official one is missing."""
    arguments = [f"--build-arg={name}" for name in PASSED_ON]  # values from our environment
    if base is not None:
        build_base()
        arguments.append(f"--build-arg=BASE_IMAGE={base}")
    compose = yaml.safe_load((CLONE / "docker-compose.yml").read_text(encoding="utf-8"))
    where = ["-f", "deploy/compose/Dockerfile", "-t", compose["services"]["prepare"]["image"]]
    command: list[str | Path] = ["docker", "build", "--network", "host", *arguments, *where, "."]
    run(command, "builds", folder=CLONE)


def base_for(stand_in_services: set[str]) -> str | None:
    """Return what the services' image is built on: None is what its Dockerfile says."""
    return BASE if stand_in_services else None
