"""What a principal may see, as one rule in two forms that must agree.

`visible_to` is the rule as filters of a search, applied before anything is counted or
highlighted; `may_see` is the same rule for one document read by its id. Both work on the
fields of `Visibility`, which every document of every index has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.portal.accounts.model import ALL_COUNTRIES, RESTRICTED_READERS, Principal


@dataclass(frozen=True, slots=True)
class Visibility:
    """Whose eyes a document is for."""

    countries: frozenset[str]
    restricted: bool = False
    removed: bool = False

    def fields(self) -> dict[str, Any]:
        """Return the fields that `visible_to` filters on."""
        return {
            "countries": sorted(self.countries),
            "restricted": self.restricted,
            "removed": self.removed,
        }


def visible_to(principal: Principal) -> list[dict[str, Any]]:
    """Return the filters that leave what *principal* may see."""
    if not principal.signed_in:
        return [{"match_none": {}}]
    filters: list[dict[str, Any]] = [{"term": {"removed": False}}]
    if not principal.holds(RESTRICTED_READERS):
        filters.append({"term": {"restricted": False}})
    if ALL_COUNTRIES not in principal.countries:
        filters.append({"terms": {"countries": sorted(principal.countries)}})
    return filters


def may_see(principal: Principal, visibility: Visibility) -> bool:
    """Tell whether *principal* may read a document with this *visibility*."""
    if not principal.signed_in or visibility.removed:
        return False
    if visibility.restricted and not principal.holds(RESTRICTED_READERS):
        return False
    return ALL_COUNTRIES in principal.countries or bool(principal.countries & visibility.countries)
