"""Country desks: the languages people can read there and the communities they watch over.

Which groups matter is an operator's decision, made in files; no group is named in code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from services.analysis.documents import load_document
from services.analysis.normalise import normalise
from shared.errors import ConfigurationError

# Written joined to the word that follows: conjunctions, then prepositions and the article.
_ARABIC_JOINED = ("", "و", "ف")
_ARABIC_ARTICLES = ("", "ال", "بال", "كال", "لل", "ب", "ل", "ك")
_ARABIC_PREFIX = f"(?:{'|'.join(_ARABIC_JOINED[1:])})?(?:{'|'.join(_ARABIC_ARTICLES[1:])})?"


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk; `names` maps each normalised form of a group's name to the group's id.

    `expression` is a regular expression of all names, for `{group}` in patterns.
    """

    country: str
    languages: frozenset[str]
    names: Mapping[str, str]
    expression: str | None


NO_DESK = Desk("", frozenset(), {}, None)


def load_desks(folder: Path) -> dict[str, Desk]:
    """Read every desk of *folder*, by country; ConfigurationError names file and line."""
    desks: dict[str, Desk] = {}
    for path in sorted(folder.glob("*.yaml")):
        desk = load_desk(path)
        if desk.country in desks:
            raise ConfigurationError(f"{path}: there is a desk for {desk.country} already.")
        desks[desk.country] = desk
    if not desks:
        raise ConfigurationError(f"{folder} holds no desk (*.yaml): nothing could be matched.")
    return desks


def load_desk(path: Path) -> Desk:
    """Read one desk's file."""
    content = load_document(path, "desk")
    names: dict[str, str] = {}
    plain: set[str] = set()
    arabic: set[str] = set()
    for group, language, form in _forms(content):
        (arabic if language == "ar" else plain).add(_normalised(form))
        for name in _written(form, language):
            if names.setdefault(name, group) != group:
                raise ConfigurationError(f"{path}: two groups share the name {form!r}.")
    expression = _expression(plain, arabic)
    return Desk(content["country"], frozenset(content["languages"]), names, expression)


def _forms(content: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for group in content["groups"]:
        for language, forms in group["forms"].items():
            for form in forms:
                yield group["id"], language, form


def _expression(plain: Collection[str], arabic: Collection[str]) -> str:
    """Return one expression of all names; listing every prefixed form would be slow."""
    choices = [_one_of(plain)] if plain else []
    choices += [_ARABIC_PREFIX + _one_of(arabic)] if arabic else []
    return f"(?:{'|'.join(choices)})"


def _one_of(names: Collection[str]) -> str:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return f"(?:{'|'.join(re.escape(name) for name in longest_first)}) "


def _normalised(form: str) -> str:
    return " ".join(normalise(form).words)


def _written(form: str, language: str) -> Iterator[str]:
    """Yield the normalised ways in which a text may hold *form*."""
    name = _normalised(form)
    if language != "ar":
        yield name
        return
    for joined, article in product(_ARABIC_JOINED, _ARABIC_ARTICLES):
        yield f"{joined}{article}{name}"
