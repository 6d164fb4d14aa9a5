"""Rules as operators write them and as people change them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.alerts.rule_book import RuleBook
from services.alerts.rule_files import load_rule, load_rules
from services.alerts.rules import AtOnce, Blackout, Threshold, changed_rule
from shared.errors import ConfigurationError, PermanentError
from shared.events import RuleKind
from tests.factories import START, make_rule

SHIPPED = Path("deploy/config/rules")
TODAY = START.date()


def test_the_shipped_rules_are_three() -> None:
    kinds = {rule.rule_id: type(rule.definition) for rule in load_rules(SHIPPED)}

    assert kinds == {"at-once": AtOnce, "blackout": Blackout, "threshold": Threshold}


@pytest.mark.parametrize(
    "text",
    [
        "rule_id: x\nversion: 1\nkind: at_once\ndefinition: {minimum_strenght: 0.5}",
        "rule_id: x\nversion: 1\nkind: at_once\ndefinition: {minimum_strength: 2}",
        "rule_id: x\nversion: 1\nkind: divergence",
        "rule_id: X Y\nversion: 1\nkind: at_once",
        "- a list",
        "kind: [",
    ],
)
def test_a_faulty_file_stops_the_start_and_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "faulty.yaml").write_text(text)

    with pytest.raises(ConfigurationError, match=r"faulty\.yaml"):
        load_rules(tmp_path)


def test_no_rules_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no rule"):
        load_rules(tmp_path)


def test_two_files_of_one_rule_are_a_mistake(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("rule_id: x\nversion: 1\nkind: at_once")

    with pytest.raises(ConfigurationError, match="another file"):
        load_rules(tmp_path)


@pytest.mark.parametrize(
    "fault",
    [
        {"definition": {"minimum_strength": "strong"}},
        {"definition": {"unknown": 1}},
        {"kind": RuleKind.LADDER},
        {"kind": RuleKind.UNKNOWN},
        {"rule_id": "Not An Id"},
    ],
)
def test_a_faulty_change_is_refused_for_ever(fault: dict[str, Any]) -> None:
    with pytest.raises(PermanentError, match="version 2"):
        changed_rule(make_rule(2, **fault))


def test_a_change_applies_from_its_own_day() -> None:
    book = RuleBook([*load_rules(SHIPPED), changed_rule(make_rule(2, rule_id="at-once"))])

    yesterday, today = book.of("at-once", TODAY - timedelta(days=1)), book.of("at-once", TODAY)
    assert yesterday
    assert today
    assert (yesterday.version, today.version) == (1, 2)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (
            "rule_id: x\nversion: 1\nkind: at_once\ndefinition:\n  minimum_strenght: 1",
            5,
            "minimum_strenght",
        ),
        ("rule_id: x\nversion: none\nkind: at_once", 2, "version"),
        ("rule_id: x\nversion: 1\nkind: ladder", 3, "kind"),
        (
            "rule_id: x\nversion: 1\nkind: threshold\ndefinition:\n  indicators:\n    - [a]",
            6,
            "indicators",
        ),
        ("rule_id: x\nrule_id: y", 2, "given twice"),
        ("kind: [\n", 2, "not YAML"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(
    tmp_path: Path, text: str, line: int, what: str
) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(text)

    with pytest.raises(ConfigurationError, match=rf"faulty\.yaml, line {line}: .*{what}"):
        load_rule(path)
