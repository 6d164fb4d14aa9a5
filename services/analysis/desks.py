"""Country desks: the languages people can read there and the communities they watch over.

Which groups matter is an operator's decision, made in files; no group is named in code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from services.analysis.documents import load_document
from services.analysis.normalise import normalise
from shared.errors import ConfigurationError

# Written joined to the word that follows: conjunctions, then prepositions and the article.
_ARABIC_JOINED = ("", "و", "ف")
_ARABIC_ARTICLES = ("", "ال", "بال", "كال", "لل", "ب", "ل", "ك")


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk; `names` maps each normalised form of a group's name to the group's id."""

    country: str
    languages: frozenset[str]
    names: Mapping[str, str]

    @property
    def expression(self) -> str | None:
        """Return a regular expression of all names, for `{group}` in patterns."""
        names = sorted(self.names, key=len, reverse=True)
        return f"(?:{'|'.join(re.escape(name) + ' ' for name in names)})" if names else None


NO_DESK = Desk("", frozenset(), {})


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
    for group in content["groups"]:
        for language, forms in group["forms"].items():
            for form in forms:
                for name in _written(form, language):
                    if names.setdefault(name, group["id"]) != group["id"]:
                        raise ConfigurationError(f"{path}: two groups share the name {form!r}.")
    return Desk(content["country"], frozenset(content["languages"]), names)


def _written(form: str, language: str) -> Iterator[str]:
    """Yield the normalised ways in which a text may hold *form*."""
    name = " ".join(normalise(form).words)
    if language != "ar":
        yield name
        return
    for joined, article in product(_ARABIC_JOINED, _ARABIC_ARTICLES):
        yield f"{joined}{article}{name}"
