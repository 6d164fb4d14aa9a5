"""The operator's rules, one file each, and where in a file a mistake stands."""

from __future__ import annotations

from pathlib import Path

from services.alerts.rules import Rule, RuleError, parse_rule
from shared.errors import ConfigurationError
from shared.yaml_lines import LocatedDocument


def load_rules(folder: Path) -> tuple[Rule, ...]:
    """Read all rules of an operator; ConfigurationError names file and line of a mistake."""
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        rule = load_rule(path)
        if rule.rule_id in rules:
            raise ConfigurationError(f"{path} defines {rule.rule_id}, which another file defines.")
        rules[rule.rule_id] = rule
    if not rules:
        raise ConfigurationError(f"{folder} holds no rule (*.yaml): nothing would ever be noticed.")
    return tuple(rules.values())


def load_rule(path: Path) -> Rule:
    """Read one file; ConfigurationError names the line to correct."""
    try:
        document = LocatedDocument(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The rule in {path} cannot be read: {error}.") from error
    if not isinstance(document.value, dict):
        raise document.error(1, "a rule is a list of names with their values")
    try:
        return parse_rule(document.value)
    except RuleError as error:
        reason = f"{'.'.join(map(str, error.place))}: {error.problem}"
        raise document.error(document.line(error.place), reason) from error
