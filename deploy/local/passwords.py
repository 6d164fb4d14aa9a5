"""Generated passwords of one instance, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from shared.topics import MONITOR, PRINCIPALS

ADMIN = "admin"
NAMES = (ADMIN, *PRINCIPALS, MONITOR)


def password_file(root: Path, principal: str) -> Path:
    """Return where the Kafka password of *principal* is."""
    return root / "secrets" / principal


def ensure_passwords(root: Path) -> dict[str, str]:
    """Return principal -> password, making those that do not exist yet."""
    (root / "secrets").mkdir(parents=True, exist_ok=True, mode=0o700)
    return {name: _ensure(password_file(root, name)) for name in NAMES}


def _ensure(file: Path) -> str:
    if not file.exists():
        write_private(file, secrets.token_urlsafe(24))
    return file.read_text(encoding="ascii").strip()


def write_private(file: Path, text: str) -> None:
    """Write *text* to *file* with mode 0600 from its first byte on."""
    temporary = file.with_name(f".{file.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as sink:
        sink.write(text)
    temporary.replace(file)
