"""Where recipients are reached: the operator's file, since addresses are on no topic."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shared.errors import ConfigurationError
from shared.yaml_lines import LocatedDocument

SECRET_PREFIX = "whsec_"  # noqa: S105 - how such secrets begin, by the specification


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook: its address, and the key that signs what is sent there."""

    url: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recipients:
    """The addresses by their references."""

    mail: Mapping[str, str] = field(default_factory=dict)
    hooks: Mapping[str, Hook] = field(default_factory=dict)


def load_recipients(path: Path | None) -> Recipients:
    """Read the file; ConfigurationError names the line of a mistake. No file: nobody."""
    if path is None:
        return Recipients()
    try:
        document = LocatedDocument(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"TOCSIN_ALERTS_RECIPIENTS_FILE: {path}: {error}.") from error
    mail: dict[str, str] = {}
    hooks: dict[str, Hook] = {}
    entries = document.value if isinstance(document.value, dict) else {}
    for name, entry in entries.items():
        try:
            _add(name, entry, mail, hooks)
        except (ValueError, TypeError, KeyError, Base64Error) as error:
            reason = f"{name} needs email, or url (https) and secret ({SECRET_PREFIX}...)"
            raise document.error(document.line((name,)), reason) from error
    return Recipients(mail, hooks)


def _add(name: str, entry: Any, mail: dict[str, str], hooks: dict[str, Hook]) -> None:
    if set(entry) == {"email"}:
        mail[name] = str(Address(addr_spec=entry["email"]))
        return
    secret = str(entry["secret"])
    address = urlsplit(str(entry["url"]))
    if set(entry) != {"url", "secret"} or address.scheme != "https" or not address.hostname:
        raise ValueError(name)
    if not secret.startswith(SECRET_PREFIX):
        raise ValueError(name)
    hooks[name] = Hook(str(entry["url"]), b64decode(secret.removeprefix(SECRET_PREFIX)))
