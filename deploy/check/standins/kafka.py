"""Starts the broker as the official image does: settings from KAFKA_... variables, one format."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

PROPERTIES = Path("/opt/kafka/config/server.properties")
LOGGING = Path("/opt/kafka/config/log4j2.properties")
# Read by the start script itself, not by the broker.
SCRIPT_VARIABLES = {"KAFKA_HEAP_OPTS", "KAFKA_OPTS"}
LOG_LINES = """\
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


def name(variable: str) -> str:
    """Return the property that a variable sets: `_` is a dot, `__` an underscore."""
    rest = variable.removeprefix("KAFKA_").lower().replace("__", "\0")
    return rest.replace("_", ".").replace("\0", "_")


def properties() -> str:
    """Return the broker's settings as the environment has them."""
    found = {
        name(variable): value
        for variable, value in os.environ.items()
        if variable.startswith("KAFKA_") and variable not in SCRIPT_VARIABLES
    }
    return "".join(f"{key}={value}\n" for key, value in sorted(found.items()))


def main() -> None:
    """Write the settings, format an empty folder, and become the broker."""
    PROPERTIES.write_text(properties(), encoding="utf-8")
    LOGGING.write_text(LOG_LINES, encoding="utf-8")
    java = ["java", *shlex.split(os.environ["KAFKA_HEAP_OPTS"]), "-XX:+UseSerialGC"]
    logging = f"-Dlog4j2.configurationFile={LOGGING}"
    libraries = ["-cp", "/opt/kafka/lib/*"]
    cluster = ["-t", os.environ["CLUSTER_ID"], "-c", str(PROPERTIES), "--ignore-formatted"]
    tool = ["kafka.tools.StorageTool", "format", *cluster]
    subprocess.run([*java, logging, *libraries, *tool], check=True)
    login = shlex.split(os.environ.get("KAFKA_OPTS", ""))
    command = [*java, *login, logging, *libraries, "kafka.Kafka", str(PROPERTIES)]
    os.execvp("java", command)  # noqa: S606 - becoming the broker is the point


if __name__ == "__main__":
    main()
