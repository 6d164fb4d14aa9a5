"""A small Debian as an image, for everything that is built where no registry is at hand.

It is made as this machine is: its package sources and its certificate authorities, so that
installations within builds work where they work outside. None of it enters the repository.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.check.paths import BASE_SYSTEM
from deploy.check.shell import ask, run

BASE = "tocsin-check-base:1"
RELEASE = "bookworm"
PACKAGES = "ca-certificates,python3,python3-venv,curl,wget"
SOURCES = ("etc/apt/sources.list", "etc/apt/sources.list.d", "etc/apt/apt.conf.d")
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
ONE_CERTIFICATE = re.compile(
    r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", re.DOTALL
)


def build_base() -> None:
    """Make the base image; what `debootstrap` brought is kept for the next time."""
    if not BASE_SYSTEM.exists():
        BASE_SYSTEM.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BASE_SYSTEM.parent) as folder:
            _fill(Path(folder) / "root", Path(folder) / "base.tar")
    if not ask(["docker", "image", "ls", "--quiet", BASE]):  # a second import is another image
        with BASE_SYSTEM.open("rb") as archive:
            run(["docker", "import", "-", BASE], "base", stdin=archive)


def _fill(root: Path, archive: Path) -> None:
    options = ["--variant=minbase", f"--include={PACKAGES}"]
    run(["debootstrap", *options, RELEASE, root], "base")
    # As in Debian's official images: an image is whole or absent, so nothing needs a sync.
    (root / "etc/dpkg/dpkg.cfg.d/speed").write_text("force-unsafe-io\n", encoding="ascii")
    _adopt_sources(root)
    _adopt_authorities(root)
    run(["tar", "-C", root, "-cf", archive, "."], "base")
    archive.rename(BASE_SYSTEM)


def _adopt_sources(root: Path) -> None:
    """Take over where this machine has its packages from."""
    for name in SOURCES:
        source, target = Path("/") / name, root / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy(source, target)
        else:
            target.unlink(missing_ok=True)


def _adopt_authorities(root: Path) -> None:
    """Trust whom this machine trusts: a proxy of its own among them, perhaps."""
    folder = root / "usr/local/share/ca-certificates"
    for number, one in enumerate(_certificates()):
        (folder / f"machine-{number:03d}.crt").write_text(one, encoding="ascii")
    run(["chroot", root, "update-ca-certificates"], "base")
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    (root / "etc/pip.conf").write_text(f"[global]\ncert = {bundle}\n", encoding="ascii")
    (root / "etc/npmrc").write_text(f"cafile={bundle}\n", encoding="ascii")


def _certificates() -> Iterator[str]:
    if AUTHORITIES.exists():
        yield from ONE_CERTIFICATE.findall(AUTHORITIES.read_text(encoding="utf-8"))
