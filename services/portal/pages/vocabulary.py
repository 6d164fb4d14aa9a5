"""Names for the codes that differ between installations: countries, languages, groups, indicators.

A match is never called what it may match. Pages say "may match UN 10.1", because whether
it is so is for people, and in the end for courts, to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from shared.errors import ConfigurationError
from shared.taxonomy import Taxonomy, load_taxonomy

ENGLISH = Locale("en")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that desks and frameworks give; a code without a name is shown as it is."""

    countries: dict[str, str]
    groups: dict[str, str]
    taxonomy: Taxonomy
    report_languages: dict[str, str]

    def country(self, code: str) -> str:
        """Return what a desk calls its country, else the country's English name."""
        return self.countries.get(code) or str(ENGLISH.territories.get(code, code))

    def report_language(self, code: str) -> str:
        """Return the language in which a country's desk writes its weekly report."""
        return self.report_languages.get(code, "en")

    def group(self, group_id: str) -> str:
        """Return the name of a group of some desk."""
        return self.groups.get(group_id, group_id)

    def language(self, code: str) -> str:
        """Return a language's English name; `rw/rn` names both."""
        names = [str(ENGLISH.languages.get(one.split("-")[0], one)) for one in code.split("/")]
        return " or ".join(names)

    def indicator(self, code: str) -> str:
        """Return how an indicator is cited: `UN 7.14`."""
        return f"UN {code}"

    def indicator_name(self, code: str) -> str:
        """Return the short name of an indicator, for people who do not know it by number."""
        try:
            return self.taxonomy.indicator(code).label.text("en")
        except KeyError:
            return ""

    def hallmark(self, code: str) -> str:
        """Return the name of a hallmark."""
        try:
            return self.taxonomy.hallmark(code).label.text("en")
        except KeyError:
            return code.replace("_", " ")

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return these names as the templates' filters."""
        return {
            "country": self.country,
            "group": self.group,
            "language": self.language,
            "indicator": self.indicator,
            "indicator_name": self.indicator_name,
            "hallmark": self.hallmark,
        }


def load_vocabulary(config_dir: Path) -> Vocabulary:
    """Return the names in the desks' files and the frameworks; ConfigurationError names a file."""
    countries: dict[str, str] = {}
    groups: dict[str, str] = {}
    languages: dict[str, str] = {}
    for path in sorted((config_dir / "desks").glob("*.yaml")):
        try:
            desk = yaml.safe_load(path.read_text(encoding="utf-8"))
            countries[desk["country"]] = desk["name"]
            languages[desk["country"]] = desk.get("report_language", "en")
            groups |= {group["id"]: group["name"] for group in desk.get("groups", ())}
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise ConfigurationError(f"{path} is not a desk's file: {error}.") from error
    return Vocabulary(countries, groups, load_taxonomy(), languages)
