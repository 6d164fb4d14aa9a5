"""What an operator sees when the configuration is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import ConfigurationError
from shared.settings import load_settings


def test_the_defaults_are_valid() -> None:
    assert load_settings().kafka_bootstrap == "127.0.0.1:9092"


def test_an_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_KAFKA_BOOTSTRP", "x")
    with pytest.raises(ConfigurationError, match="TOCSIN_KAFKA_BOOTSTRP is not a setting"):
        load_settings()


def test_a_malformed_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_OPS_PORT", "eighty")
    with pytest.raises(ConfigurationError, match=r"TOCSIN_OPS_PORT: .*integer"):
        load_settings()


def test_a_user_without_a_password_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_KAFKA_USERNAME", "ingest")
    with pytest.raises(ConfigurationError, match="TOCSIN_KAFKA_PASSWORD_FILE belong together"):
        load_settings()


def test_a_password_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("opens\n")
    settings = load_settings(kafka_username="ingest", kafka_password_file=tmp_path / "password")
    assert settings.password("kafka") == "opens"


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    settings = load_settings(kafka_username="ingest", kafka_password_file=tmp_path / "none")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        settings.password("kafka")
