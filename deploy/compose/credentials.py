"""Makes the secrets of a new installation: one random password a file, none by default.

Run once before the first start, with any Python 3 and no packages:

    python3 deploy/compose/credentials.py

A password that exists is kept, so a repetition changes nothing; Kafka's login file follows
from the passwords and is written again when they differ. docs/operations.md says how to
replace a password.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "secrets"
KAFKA_PRINCIPALS = ("admin", "monitor", "ingest", "analysis", "alerts", "portal")
MONGO_USERS = ("root", "ingest", "analysis", "alerts", "portal")
PASSWORDS = (
    *(f"kafka_{name}_password" for name in KAFKA_PRINCIPALS),
    *(f"mongo_{name}_password" for name in MONGO_USERS),
    "elasticsearch_password",
    "elasticsearch_portal_password",
    "grafana_password",
)
JAAS = "kafka_jaas"
RANDOM_BYTES = 24  # 192 bits, in 32 characters that need no quoting anywhere

# The folder keeps other people out. The files themselves must be readable, because each
# engine's container reads them as its own user, whose id the host does not know.
FOLDER_MODE = 0o700
FILE_MODE = 0o444


def create(folder: Path) -> list[str]:
    """Write what is missing below *folder* and return the names of the files written."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    made = [name for name in PASSWORDS if not (folder / name).exists()]
    for name in made:
        _write(folder / name, secrets.token_urlsafe(RANDOM_BYTES))
    login = jaas(folder)
    if not (folder / JAAS).exists() or (folder / JAAS).read_text(encoding="utf-8") != login:
        _write(folder / JAAS, login)
        made.append(JAAS)
    return made


def jaas(folder: Path) -> str:
    """Return Kafka's login configuration: its own user, which alone it knows beforehand.

    All others prove theirs by SCRAM, against what `prepare` has told the broker.
    """
    word = (folder / "kafka_admin_password").read_text(encoding="utf-8")
    return (
        "KafkaServer {\n"
        "  org.apache.kafka.common.security.plain.PlainLoginModule required\n"
        f'  username="admin" password="{word}" user_admin="{word}";\n'
        "  org.apache.kafka.common.security.scram.ScramLoginModule required;\n"
        "};\n"
    )


def _write(path: Path, content: str) -> None:
    """Write the file whole or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    unfinished.write_text(content, encoding="utf-8")
    unfinished.chmod(FILE_MODE)
    unfinished.replace(path)


if __name__ == "__main__":
    written = create(FOLDER)
    sys.stdout.write(f"{len(written)} secrets written to {FOLDER}\n")
