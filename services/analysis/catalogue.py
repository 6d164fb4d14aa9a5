"""The patterns and cues of every language, as their files have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.analysis.documents import load_document
from shared.errors import ConfigurationError

HERE = Path(__file__).parent
INDICATORS = ("7.13", "7.14", "8.7", "10.1", "11.4", "13.7")
EXPLICIT_CALL = "explicit_call_to_violence"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One rule: what it looks for, what that may be a sign of, and how strong a sign."""

    id: str
    version: int
    language: str
    indicator: str
    hallmark: str | None
    weight: float
    requires_group: bool
    source: str
    examples: tuple[str, ...]

    @property
    def risk_factor(self) -> int:
        """Return the factor that the indicator belongs to in the framework's numbering."""
        return int(self.indicator.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What stands around a match in one language: cues, each a phrase."""

    negation: str
    not_negation: str
    suppressors: Mapping[str, str]
    governing: Mapping[str, str]
    speech: str
    roles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Language:
    """Everything known of one language."""

    code: str
    sets: Mapping[str, str]
    patterns: tuple[Pattern, ...]
    lexicon: Lexicon


@lru_cache(maxsize=1)
def load_catalogue() -> dict[str, Language]:
    """Read all languages once; the files are part of the program."""
    return {path.stem: _language(path) for path in sorted((HERE / "patterns").glob("*.yaml"))}


def load_silent(code: str) -> dict[str, list[dict[str, str]]]:
    """Return the hard negatives of a language by indicator: `why` and `text`."""
    silent: dict[str, list[dict[str, str]]]
    silent = load_document(HERE / "silent" / f"{code}.yaml", "silent")["silent"]
    return silent


def _language(path: Path) -> Language:
    content = load_document(path, "patterns")
    code = content["language"]
    patterns = tuple(_pattern(one, code) for one in content["patterns"])
    ids = [pattern.id for pattern in patterns]
    if repeated := {one for one in ids if ids.count(one) > 1}:
        raise ConfigurationError(f"{path}: the id {min(repeated)} is used twice.")
    return Language(code, content["sets"], patterns, _lexicon(code))


def _pattern(entry: Mapping[str, Any], language: str) -> Pattern:
    return Pattern(
        id=entry["id"],
        version=entry.get("version", 1),
        language=language,
        indicator=entry["indicator"],
        hallmark=entry.get("hallmark"),
        weight=entry["weight"],
        requires_group=entry.get("requires_group", True),
        source=entry["match"],
        examples=tuple(entry["examples"]),
    )


def _lexicon(code: str) -> Lexicon:
    content = load_document(HERE / "lexicon" / f"{code}.yaml", "lexicon")
    return Lexicon(
        negation=_choice(content["negation"]),
        not_negation=_choice(content["not_negation"]),
        suppressors={kind: _choice(cues) for kind, cues in content["suppressors"].items()},
        governing={kind: _choice(cues) for kind, cues in content["governing"].items()},
        speech=_choice(content["speech"]),
        roles={role: _choice(cues) for role, cues in content["roles"].items()},
    )


def _choice(cues: Sequence[str]) -> str:
    return f"({'|'.join(cues)})"
