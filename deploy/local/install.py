"""Fetches the engines through Maven into .tocsin/dist/<engine>-<version>/.

A folder there is complete or absent: everything is prepared beside it and renamed into
place, so an interrupted download is simply done again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.errors import LocalError
from deploy.local.java import find_jdk
from deploy.local.paths import DIST, HERE
from deploy.local.versions import POM, version

ENGINES = ("kafka", "elasticsearch", "mongo")
MAVEN = threading.Lock()  # its local repository is not made for several at a time
MONGO_SOURCES = sorted(HERE.glob("*.java"))


def home(engine: str) -> Path:
    """Return where *engine* is, or will be, installed."""
    name = f"{engine}-{version(engine)}"
    if engine == "mongo":  # our own main is part of what is installed
        written = b"".join(source.read_bytes() for source in MONGO_SOURCES)
        name += "-" + hashlib.sha256(written).hexdigest()[:8]
    return DIST / name


def installed(engine: str) -> bool:
    """Return whether *engine* is ready to start."""
    return (engine == "mongo" and uses_mongod()) or home(engine).is_dir()


def uses_mongod() -> bool:
    """Return whether a real MongoDB server stands in for the bundled store."""
    return shutil.which("mongod") is not None


def install(engine: str) -> None:
    """Install *engine* unless it is already there; errors are LocalError."""
    if installed(engine):
        return
    DIST.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DIST, prefix=f".{engine}-") as folder:
        scratch, ready = Path(folder), Path(folder) / "ready"
        ready.mkdir()
        FILL[engine](scratch, ready)
        _publish(ready, home(engine))


def _publish(ready: Path, target: Path) -> None:
    ready.chmod(0o755)
    try:
        ready.rename(target)
    except OSError:
        if not target.is_dir():  # else somebody else installed it meanwhile
            raise


def _fill_kafka(_scratch: Path, ready: Path) -> None:
    _maven("kafka", ready / "lib")


def _fill_mongo(_scratch: Path, ready: Path) -> None:
    _maven("mongo", ready / "lib")
    javac = str(find_jdk() / "bin" / "javac")
    options: list[str | Path] = [
        "--release",
        "21",
        "-cp",
        ready / "lib" / "*",
        "-d",
        ready / "classes",
    ]
    _run([javac, *options, *MONGO_SOURCES], "compile the MongoDB store")


def _fill_elasticsearch(scratch: Path, ready: Path) -> None:
    _maven("elasticsearch", scratch)
    archive = next(scratch.glob("*.zip"))
    with zipfile.ZipFile(archive) as bundle:
        for entry in bundle.infolist():
            _top, _, inner = entry.filename.partition("/elasticsearch/")
            if inner and not entry.is_dir():
                _extract(bundle, entry, ready / inner)


def _extract(bundle: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with bundle.open(entry) as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink, 1 << 20)
    target.chmod((entry.external_attr >> 16) & 0o777 or 0o644)


FILL: dict[str, Callable[[Path, Path], None]] = {
    "kafka": _fill_kafka,
    "mongo": _fill_mongo,
    "elasticsearch": _fill_elasticsearch,
}


def _maven(profile: str, target: Path) -> None:
    if shutil.which("mvn") is None:
        raise LocalError("Maven was not found: install it, for example apt-get install maven.")
    with MAVEN:
        _copy(profile, target)


def _copy(profile: str, target: Path) -> None:
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={target}"]
    _run(["mvn", "-q", "-B", "-f", POM, "-P", profile, *goal], f"fetch {profile} through Maven")


def _run(command: Sequence[str | Path], purpose: str) -> None:
    # Maven takes the first Java of the machine, which may be too old, unless it is told of ours.
    environment = {**os.environ, "TERM": "dumb", "JAVA_HOME": str(find_jdk())}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        last = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()][:1]
        raise LocalError(f"Could not {purpose}: {' '.join(last) or done.returncode}")
