"""The languages of what the public sees: gettext catalogues, read once at the start.

A page is shown wholly in one language or not at all in it: what is for people who work here is
in English, what is for everyone is also in French and Arabic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from fastapi import Request

from services.portal.pages.words import direction

CATALOGUES = Path(__file__).parent / "locales"
DEFAULT = "en"
LANGUAGES = {"en": "English", "fr": "Français", "ar": "العربية"}
COOKIE = "tocsin_language"
# What ISO 3166 leaves to users; locales have names of their own for some of these.
INVENTED = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ")


@dataclass(frozen=True, slots=True)
class Language:
    """One language with its words and its ways of writing times and numbers."""

    code: str
    words: Translations

    @property
    def runs(self) -> str:
        """Return the direction of its script."""
        return direction(LANGUAGES[self.code])

    @property
    def locale(self) -> Locale:
        """Return the locale for dates and numbers."""
        return Locale(self.code)

    def context(self, named: Callable[[str], str]) -> dict[str, Any]:
        """Return what a template needs to speak it; *named* is how desks call countries."""
        return {
            "_": self.words.gettext,
            "ngettext": self.words.ngettext,
            "language_code": self.code,
            "language_runs": self.runs,
            "when": self.moment,
            "count": self.number,
            "land": partial(self.country, named=named),
        }

    def moment(self, at: datetime) -> str:
        """Return a time, always in UTC and saying so."""
        written = format_datetime(at.astimezone(UTC), "medium", locale=self.locale)
        return f"{written} UTC"

    def number(self, value: float) -> str:
        """Return a number as this language writes it."""
        return format_decimal(value, locale=self.locale)

    def country(self, code: str, named: Callable[[str], str]) -> str:
        """Return a country's name; one that is no real code is called as its desk calls it."""
        known = None if INVENTED.fullmatch(code) else self.locale.territories.get(code)
        return str(known or named(code))


def load_languages() -> dict[str, Language]:
    """Return every language; English is what stands in the templates."""
    return {code: Language(code, _catalogue(code)) for code in LANGUAGES}


def chosen(request: Request, languages: Mapping[str, Language]) -> Language:
    """Return the language asked for in the address, else kept in a cookie, else the browser's."""
    wanted = [request.query_params.get("lang"), request.cookies.get(COOKIE)]
    accepted = request.headers.get("Accept-Language", "")[:200].split(",")
    wanted += [one.split(";")[0].strip().split("-")[0].lower() for one in accepted]
    code = next((one for one in wanted if one in languages), DEFAULT)
    return languages[str(code)]


def _catalogue(code: str) -> Translations:
    """Compile a catalogue in memory: what is kept is the form that people read and edit."""
    path = CATALOGUES / f"{code}.po"
    if not path.exists():
        return Translations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)
