from __future__ import annotations

import os
from pathlib import Path

from deploy.local.engine import Instance
from deploy.local.kafka import server_properties
from deploy.local.passwords import ensure_passwords, password_file
from deploy.local.ports import DEFAULTS
from shared.topics import MONITOR, PRINCIPALS


def test_every_principal_has_a_password_that_only_its_owner_reads(tmp_path: Path) -> None:
    passwords = ensure_passwords(tmp_path)
    assert set(passwords) == {"admin", MONITOR, *PRINCIPALS}
    assert len(set(passwords.values())) == len(passwords)
    for name in passwords:
        assert password_file(tmp_path, name).stat().st_mode & 0o777 == 0o600


def test_passwords_stay(tmp_path: Path) -> None:
    assert ensure_passwords(tmp_path) == ensure_passwords(tmp_path)


def test_a_wide_umask_does_not_open_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ensure_passwords(tmp_path)
    finally:
        os.umask(before)
    assert password_file(tmp_path, "admin").stat().st_mode & 0o777 == 0o600


def test_the_broker_refuses_who_has_no_rule(tmp_path: Path) -> None:
    passwords = ensure_passwords(tmp_path)
    lines = server_properties(Instance(tmp_path, DEFAULTS), passwords).splitlines()
    assert "super.users=User:admin" in lines
    assert "allow.everyone.if.no.acl.found=false" in lines
    assert not any("PLAINTEXT:" in line.replace("SASL_PLAINTEXT", "") for line in lines)
    addresses = [line for line in lines if line.startswith(("listeners=", "advertised"))]
    assert all("127.0.0.1:" in line and "0.0.0.0" not in line for line in addresses)
