"""Who signed: an institution by its name, a person by a pseudonym only.

The pseudonym of a name is the same for one installation and cannot be turned back
without its key, so an analyst can see that two articles have one author, not who it is.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256

from shared.events import Author

PSEUDONYM_LENGTH = 16
# Words by which newsrooms and agencies sign, in the languages read so far.
INSTITUTIONS = (
    "afp", "agence", "agency", "agencies", "bbc", "correspondent", "desk", "editor", "editorial",
    "newsroom", "reuters", "redaction", "rédaction", "staff", "suna", "wakala", "xinhua",
    "وكالة", "وكالات", "تحرير", "التحرير",
)  # fmt: skip


def author_of(
    name: str | None, outlet_name: str, site_name: str | None, pseudonym: Callable[[str], str]
) -> Author:
    """Return the author that a page names; the name itself stays only if it is no person's."""
    if not name:
        return Author()
    folded = name.casefold()
    houses = {outlet_name.casefold(), (site_name or outlet_name).casefold()}
    words = set(folded.replace("-", " ").replace("/", " ").split())
    if folded in houses or words & set(INSTITUTIONS):
        return Author(display=name, is_institution=True)
    return Author(pseudonym=pseudonym(folded))


def pseudonymiser(key: bytes) -> Callable[[str], str]:
    """Return the function from a name to its pseudonym under *key*."""

    def pseudonym(name: str) -> str:
        return "p-" + hmac.new(key, name.encode(), sha256).hexdigest()[:PSEUDONYM_LENGTH]

    return pseudonym
