"""The engines by name, and which of them an instance runs by itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from deploy.local.elasticsearch import Elasticsearch
from deploy.local.engine import Engine
from deploy.local.environment import MONGO_URL
from deploy.local.kafka import Kafka
from deploy.local.mongo import Mongo
from deploy.local.prometheus import Prometheus

OPTIONAL = "prometheus"
ENGINES: Mapping[str, Engine] = {
    "kafka": Kafka(),
    "elasticsearch": Elasticsearch(),
    "mongo": Mongo(),
    OPTIONAL: Prometheus(),
}


def required_engines() -> tuple[str, ...]:
    """Return what the services need and is ours to run: TOCSIN_MONGO_URL names another MongoDB."""
    elsewhere = {"mongo"} if MONGO_URL in os.environ else set()
    return tuple(name for name in ENGINES if name not in {OPTIONAL, *elsewhere})


def optional_engines() -> tuple[str, ...]:
    """Return what helps to watch and is installed here."""
    return (OPTIONAL,) if shutil.which(OPTIONAL) else ()
