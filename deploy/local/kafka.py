"""Apache Kafka as one local KRaft node, with a password for every principal.

Access rules are on, as in production: whoever may not write a topic is refused here
too. The controller's listener asks for a password as well; without one, any local
program could speak to it as a nameless peer and grant itself access.
"""

from __future__ import annotations

import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.local.engine import Instance, Launch
from deploy.local.errors import LocalError
from deploy.local.install import home
from deploy.local.java import find_jdk
from deploy.local.passwords import ensure_passwords, write_private
from deploy.local.ports import HOST

HEAP_MB = 384
HEALTH_SECONDS = 2.0
LOGGING = """\
status = warn
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c: %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.start.name = kafka.server
logger.start.level = info
"""
# Users whom `tocsin prepare` makes, as in the operators' installation; here tests ask for them.
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
# One node holds everything once; small caches, because development machines are small.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=CLIENT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=CLIENT://{host}:{port}
listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENT
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.controller.sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
listener.name.client.plain.sasl.jaas.config={login}
listener.name.client.scram-sha-512.sasl.jaas.config={scram}
listener.name.controller.plain.sasl.jaas.config={login}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin
allow.everyone.if.no.acl.found=false
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.index.size.max.bytes=1048576
log.segment.delete.delay.ms=1000
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
background.threads=2
"""


class Kafka:
    """The broker."""

    port_names = ("kafka", "kafka_controller")

    def prepare(self, instance: Instance) -> Launch:
        """Write the configuration; give a new data folder its identity."""
        folder = instance.folder("kafka")
        (folder / "log4j2.properties").write_text(LOGGING, encoding="utf-8")
        properties = folder / "server.properties"
        write_private(properties, server_properties(instance, ensure_passwords(instance.root)))
        if not (folder / "data" / "meta.properties").exists():
            _format(folder, properties)
        java = [f"-Xms{HEAP_MB}m", f"-Xmx{HEAP_MB}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        return Launch([*_java(folder, *java), "kafka.Kafka", str(properties)])

    def healthy(self, instance: Instance) -> bool:
        """Return whether the broker answers its administrator."""
        client = AdminClient(
            {
                "bootstrap.servers": f"{HOST}:{instance.ports['kafka']}",
                "security.protocol": "SASL_PLAINTEXT",
                "sasl.mechanism": "PLAIN",
                "sasl.username": "admin",
                "sasl.password": ensure_passwords(instance.root)["admin"],
                "log_level": 0,
            }
        )
        try:
            return bool(client.list_topics(timeout=HEALTH_SECONDS).brokers)
        except KafkaException:
            return False


def server_properties(instance: Instance, passwords: Mapping[str, str]) -> str:
    """Return the broker's configuration; it holds the passwords."""
    return PROPERTIES.format(
        host=HOST,
        port=instance.ports["kafka"],
        controller=instance.ports["kafka_controller"],
        login=_login(passwords),
        scram=SCRAM,
        data=instance.folder("kafka") / "data",
    )


def _login(passwords: Mapping[str, str]) -> str:
    users = " ".join(f'user_{name}="{word}"' for name, word in passwords.items())
    own = f'username="admin" password="{passwords["admin"]}"'
    return f"org.apache.kafka.common.security.plain.PlainLoginModule required {own} {users};"


def _java(folder: Path, *options: str) -> list[str]:
    logging = f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"
    libraries = str(home("kafka") / "lib" / "*")
    return [str(find_jdk() / "bin" / "java"), *options, logging, "-cp", libraries]


def _format(folder: Path, properties: Path) -> None:
    # One id in 64 begins with a dash; with a value of its own, the tool takes it for an option.
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode("ascii").rstrip("=")
    given = [f"--cluster-id={cluster}", f"--config={properties}"]
    tool = ["kafka.tools.StorageTool", "format", *given]
    done = subprocess.run(
        [*_java(folder, "-XX:TieredStopAtLevel=1"), *tool],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LocalError(f"Kafka's storage could not be formatted: {done.stderr.strip()[-500:]}")
