"""Elasticsearch as one local node, without passwords, on the loopback address."""

from __future__ import annotations

import json
import os
import shutil
import urllib.request
from pathlib import Path

from deploy.local.engine import Instance, Launch
from deploy.local.errors import LocalError
from deploy.local.install import home
from deploy.local.java import find_jdk
from deploy.local.ports import HOST
from deploy.local.user import give, unprivileged

HEAP_VARIABLE = "TOCSIN_ELASTICSEARCH_HEAP_MB"
HEAP_MB = "512"
HEALTH_SECONDS = 2.0
LAUNCHER = "org.elasticsearch.server.launcher.ServerLauncher"
# The disk thresholds would make indices read-only on a nearly full developer's disk.
CONFIGURATION = """\
cluster.name: tocsin-local
node.name: local
network.host: {host}
http.port: {port}
transport.port: {transport}
discovery.type: single-node
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: false
xpack.ml.enabled: false
action.auto_create_index: false
search.allow_expensive_queries: false
cluster.routing.allocation.disk.threshold_enabled: false
"""


class Elasticsearch:
    """The search engine."""

    port_names = ("elasticsearch", "elasticsearch_transport")

    def prepare(self, instance: Instance) -> Launch:
        """Write the configuration and return how the server starts, never as root."""
        folder = instance.folder("elasticsearch")
        for name in ("data", "logs", "tmp"):
            (folder / name).mkdir(exist_ok=True)
        _configure(instance, folder)
        give(folder)
        needs = folder / "config" / "elasticsearch.yml", home("elasticsearch") / "lib"
        # The server looks for its modules below the working folder.
        user = unprivileged(*needs)
        return Launch(_command(folder), _environment(folder), home("elasticsearch"), user)

    def healthy(self, instance: Instance) -> bool:
        """Return whether the node answers and its shards are there."""
        path = f"http://{HOST}:{instance.ports['elasticsearch']}/_cluster/health"
        try:
            with urllib.request.urlopen(path, timeout=HEALTH_SECONDS) as answer:
                return json.load(answer)["status"] in ("green", "yellow")
        except (OSError, ValueError):
            return False


def heap_megabytes() -> int:
    """Return the size of the heap, which TOCSIN_ELASTICSEARCH_HEAP_MB changes."""
    text = os.environ.get(HEAP_VARIABLE, HEAP_MB)
    if not text.isdecimal():
        raise LocalError(f"{HEAP_VARIABLE} must be a number of megabytes, not {text!r}.")
    return int(text)


def _configure(instance: Instance, folder: Path) -> None:
    config = folder / "config"
    shutil.copytree(home("elasticsearch") / "config", config, dirs_exist_ok=True)
    text = CONFIGURATION.format(
        host=HOST,
        port=instance.ports["elasticsearch"],
        transport=instance.ports["elasticsearch_transport"],
        folder=folder,
    )
    (config / "elasticsearch.yml").write_text(text, encoding="utf-8")
    options = config / "jvm.options.d"
    options.mkdir(exist_ok=True)
    heap = heap_megabytes()
    (options / "heap.options").write_text(f"-Xms{heap}m\n-Xmx{heap}m\n", encoding="utf-8")


def _command(folder: Path) -> list[str]:
    server = home("elasticsearch")
    small = ["-Xms64m", "-Xmx64m", "-XX:+UseSerialGC"]
    paths = [f"-Des.path.home={server}", f"-Des.path.conf={folder / 'config'}"]
    libraries = str(server / "lib" / "tools" / "server-launcher" / "*")
    return [str(find_jdk() / "bin" / "java"), *small, *paths, "-cp", libraries, LAUNCHER]


def _environment(folder: Path) -> dict[str, str]:
    jdk = find_jdk()
    return {
        "ES_HOME": str(home("elasticsearch")),
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
        "ES_DISTRIBUTION_TYPE": "tar",
        "JAVA_TYPE": "ES_JAVA_HOME",
        "ES_JAVA_HOME": str(jdk),
        "JAVA": str(jdk / "bin" / "java"),
    }
