from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.ingest.registry_file import load_registry
from shared.addresses import parse_addresses
from shared.errors import ConfigurationError
from shared.events import OwnerKind
from shared.settings import load_settings

FILE = """\
country: NO
outlets:
  - outlet_id: xa-times
    name: Times
    medium: newspaper
    base: domestic
    languages: [no, en]
    ownership:
      owner:
        - {owner_id: xa-group, owner_kind: private, from_on: 2004-05-01, until_on: 2019-12-31,
           source: registry, confidence: high}
        - {owner_id: xa-state, owner_kind: state, from_on: 2020-01-01, until_on: null,
           source: gazette, confidence: low}
      control:
        - {controlled_by: xa-party, from_on: 2021-01-01, until_on: null, source: report,
           confidence: low}
    sources:
      - source_id: xa-times-feed
        kind: feed
        url: https://times.example.org/rss
        period_seconds: 900
"""


def load(folder: Path, text: str, name: str = "xa.yaml", allowed: str = "") -> None:
    (folder / name).write_text(text, encoding="utf-8")
    load_registry(folder, parse_addresses(allowed))


def test_ownership_is_that_of_the_day(tmp_path: Path) -> None:
    (tmp_path / "xa.yaml").write_text(FILE, encoding="utf-8")
    outlet = load_registry(tmp_path).outlets[0]
    before = outlet.outlet_as_of(date(2004, 4, 30))
    assert (before.owner_id, before.owner_kind, before.facts_source) == (
        None, OwnerKind.UNKNOWN, None,
    )  # fmt: skip
    sold = outlet.outlet_as_of(date(2019, 12, 31))
    assert (sold.owner_id, sold.controlled_by) == ("xa-group", None)
    now = outlet.outlet_as_of(date(2026, 1, 1))
    assert (now.owner_id, now.owner_kind, now.controlled_by) == ("xa-state", "state", "xa-party")
    assert now.facts_source == "gazette; report"
    assert now.country == "NO"
    assert now.languages == ("no", "en")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("medium: newspaper", "medium: newspapr", 5, "medium"),
        ("    name: Times\n", "    name: Times\n    nmae: x\n", 5, "nmae"),
        ("    name: Times\n", "    name: Times\n    name: x\n", 5, "given twice"),
        ("until_on: 2019-12-31", "until_on: 2020-01-01", 12, "same day"),
        ("until_on: 2019-12-31", "until_on: 2003-12-31", 10, "before from_on"),
        ("period_seconds: 900", "period_seconds: 9", 21, "below 60"),
        ("period_seconds: 900", "period_seconds: soon", 21, "period_seconds"),
        ("url: https:", "url: ftp:", 20, "http"),
        ("country: NO", "country: Norway", 1, "country"),
        ("country: NO", "county: NO", 1, "exactly the fields"),
        ("owner_kind: state", "owner_kind: crown", 12, "owner_kind"),
        ("outlets:\n", "outlets: [\n", 3, "not YAML"),
    ],
)
def test_mistake_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in FILE
    with pytest.raises(ConfigurationError) as error:
        load(tmp_path, FILE.replace(old, new))
    assert f"xa.yaml, line {line}:" in str(error.value)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "xa-times is registered twice"),
        ({"xa-times\n": "xb-times\n"}, "xa-times-feed is given twice"),
        ({"xa-times\n": "xb-times\n", "xa-times-feed": "xb-feed"}, "polled twice"),
        (
            {"xa-times\n": "xb-times\n", "xa-times-feed": "xb-feed", "times.example": "b.example",
             "owner_kind: private": "owner_kind: party"},
            "another kind",
        ),
    ],
)  # fmt: skip
def test_files_may_not_contradict_each_other(
    tmp_path: Path, changes: dict[str, str], reason: str
) -> None:
    (tmp_path / "a.yaml").write_text(FILE, encoding="utf-8")
    text = FILE
    for old, new in changes.items():
        text = text.replace(old, new)
    with pytest.raises(ConfigurationError, match=reason):
        load(tmp_path, text, "b.yaml")


def test_short_period_is_for_allowed_addresses_only(tmp_path: Path) -> None:
    text = FILE.replace("https://times.example.org/rss", "http://127.0.1.1:8091/rss").replace(
        "period_seconds: 900", "period_seconds: 1"
    )
    load(tmp_path, text, allowed="127.0.1.1:8091")
    with pytest.raises(ConfigurationError, match="below 60"):
        load(tmp_path, text, allowed="127.0.1.1:8092")


def test_shipped_outlets_are_valid_and_none_is_polled_unchecked() -> None:
    registry = load_registry(Path("deploy/config/outlets"))
    assert {outlet.country for outlet in registry.outlets} >= {"SD", "CI", "SO", "CD"}
    assert all(source.checked_on is not None for _, source in registry.polled())


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        load_registry(tmp_path / "nowhere")


def test_allowed_addresses_are_refused_in_production() -> None:
    with pytest.raises(ConfigurationError, match="TOCSIN_INGEST_ALLOWED_ADDRESSES"):
        load_settings(env="production", ingest_allowed_addresses="127.0.1.1:8091")


def test_malformed_allowed_address_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="address with a port"):
        load_settings(ingest_allowed_addresses="localhost")
