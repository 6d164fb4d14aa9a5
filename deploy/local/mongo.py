"""MongoDB: a real `mongod` when there is one on PATH, else the bundled store in Java."""

from __future__ import annotations

import asyncio
import shutil

from deploy.local.engine import Instance, Launch
from deploy.local.install import home
from deploy.local.java import find_jdk
from deploy.local.ports import HOST
from shared.errors import TransientError
from shared.mongo import connect, ping
from shared.settings import Settings

HEAP_MB = 256


class Mongo:
    """The store of the services."""

    port_names = ("mongo",)

    def prepare(self, instance: Instance) -> Launch:
        """Return how the server starts on its data."""
        port = str(instance.ports["mongo"])
        if mongod := shutil.which("mongod"):
            data = instance.folder("mongo") / "mongod"
            data.mkdir(exist_ok=True)
            cache = ["--wiredTigerCacheSizeGB", "0.25"]
            where = ["--bind_ip", HOST, "--port", port, "--dbpath", str(data)]
            return Launch([mongod, *where, *cache])
        return Launch(bundled_command(port, str(instance.folder("mongo") / "store.mv")))

    def healthy(self, instance: Instance) -> bool:
        """Return whether the server answers a ping."""
        settings = Settings(mongo_url=url(instance))
        return asyncio.run(_answers(settings))


def url(instance: Instance) -> str:
    """Return the address of the server."""
    return f"mongodb://{HOST}:{instance.ports['mongo']}"


def bundled_command(port: str, file: str) -> list[str]:
    """Return the command of the store in Java, which keeps all its data in *file*."""
    folder = home("mongo")
    path = f"{folder / 'classes'}:{folder / 'lib' / '*'}"
    heap = [f"-Xms{HEAP_MB}m", f"-Xmx{HEAP_MB}m", "-XX:+UseSerialGC"]
    return [str(find_jdk() / "bin" / "java"), *heap, "-cp", path, "MongoStore", HOST, port, file]


async def _answers(settings: Settings) -> bool:
    database = connect(settings, "health")
    try:
        await ping(database)
    except TransientError:
        return False
    finally:
        database.client.close()
    return True
