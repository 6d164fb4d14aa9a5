from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.ingest.registry import NOT_YET, RegisteredOutlet
from services.ingest.registry_file import load_registry
from services.ingest.registry_text import file_text
from shared.addresses import parse_addresses
from shared.errors import ConfigurationError
from shared.events import Medium, OwnerKind
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


SHIPPED = Path("deploy/config/outlets")
COUNTRIES = ("CD", "CI", "SD", "SO")


def shipped(country: str) -> list[RegisteredOutlet]:
    return [one for one in load_registry(SHIPPED).outlets if one.country == country]


@pytest.mark.parametrize("country", COUNTRIES)
def test_shipped_country_has_state_and_private_outlets_of_every_medium(country: str) -> None:
    outlets = shipped(country)
    assert len(outlets) >= 8
    assert {outlet.medium for outlet in outlets} == set(Medium) - {Medium.UNKNOWN}
    kinds = {fact.owner_kind for outlet in outlets for fact in outlet.ownership.owner}
    assert kinds >= {OwnerKind.STATE, OwnerKind.PRIVATE}
    assert all(outlet.ownership.owner for outlet in outlets)


def test_no_shipped_address_is_polled_before_somebody_fetched_it_live() -> None:
    registry = load_registry(SHIPPED)
    assert all(source.last_fetched_live != NOT_YET for _, source in registry.polled())


@pytest.mark.parametrize("country", COUNTRIES)
def test_shipped_file_is_in_the_form_that_is_written(country: str) -> None:
    text = (SHIPPED / f"{country.lower()}.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
    assert "".join(lines) == file_text(country, shipped(country))


def test_station_seized_by_an_armed_group_keeps_its_owner_and_changes_its_control() -> None:
    station = next(one for one in shipped("CD") if one.outlet_id == "cd-rtnc-goma")
    before = station.outlet_as_of(date(2025, 1, 26))
    seized = station.outlet_as_of(date(2025, 1, 27))
    assert (before.owner_id, before.owner_kind) == (seized.owner_id, seized.owner_kind)
    assert seized.owner_kind == OwnerKind.STATE
    assert (before.controlled_by, seized.controlled_by) == ("cd-state", "cd-afc-m23")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ("kind: page", "needs a link_pattern"),
        ("kind: feed\n        link_pattern: x", "takes no link_pattern"),
        ("kind: page\n        link_pattern: '('", "no regular expression"),
        ("kind: carrier-pigeon", "kind"),
    ],
)
def test_source_says_what_its_kind_needs(tmp_path: Path, changes: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        load(tmp_path, FILE.replace("kind: feed", changes))


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        load_registry(tmp_path / "nowhere")


def test_allowed_addresses_are_refused_in_production() -> None:
    with pytest.raises(ConfigurationError, match="TOCSIN_INGEST_ALLOWED_ADDRESSES"):
        load_settings(env="production", ingest_allowed_addresses="127.0.1.1:8091")


def test_malformed_allowed_address_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="address with a port"):
        load_settings(ingest_allowed_addresses="localhost")
