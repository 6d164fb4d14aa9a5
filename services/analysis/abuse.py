"""Terms of abuse and coded terms for a desk's groups, kept outside the repository.

`TOCSIN_LEXICONS` names a folder of the operator's own; without one no such term is known.
A term found is a mention of its group like any other name; the text it stands in is shown
to nobody who may not see the item, and the list itself to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.analysis.desks import Desk, Known
from services.analysis.documents import load_document, refusal
from services.analysis.inflection import written_forms
from shared.errors import ConfigurationError
from shared.events import MentionKind


def with_terms(desks: Mapping[str, Desk], folder: Path | None) -> dict[str, Desk]:
    """Return *desks* with the terms that the files of *folder* add to their groups."""
    found = dict(desks)
    if folder is None:
        return found
    if not folder.is_dir():
        raise ConfigurationError(
            f"TOCSIN_LEXICONS names {folder}, which is no folder: create it or unset it."
        )
    for path in sorted(folder.glob("*.yaml")):
        content = load_document(path, "terms")
        desk = found.get(content["country"])
        if desk is None:
            raise refusal(path, ["country"], f"there is no desk for {content['country']}.")
        found[desk.country] = replace(desk, names={**_terms(path, content, desk), **desk.names})
    return found


def _terms(path: Path, content: Mapping[str, Any], desk: Desk) -> dict[str, Known]:
    names: dict[str, Known] = {}
    for number, term in enumerate(content["terms"]):
        if term["group"] not in desk.groups:
            mistake = f"the desk of {desk.country} has no group {term['group']}."
            raise refusal(path, ["terms", number, "group"], mistake)
        known = Known(MentionKind.GROUP, term["group"], term["kind"], not term["ambiguous"])
        for form in term["forms"]:
            names |= dict.fromkeys(written_forms(form, term["language"]), known)
    return names
