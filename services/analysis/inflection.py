"""The ways in which a text may write a name that a desk lists once.

Arabic and Amharic write conjunctions, prepositions, the article and case joined to the word.
They are few and regular, so the program adds them; every other inflection a desk lists itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from services.analysis.normalise import STOP, normalise

_ARABIC_JOINED = ("", "و", "ف")
_ARABIC_ARTICLES = ("", "ال", "بال", "كال", "لل", "ب", "ل", "ك")
_AMHARIC_PREFIXES = ("", "የ", "ለ", "በ", "ከ", "እነ", "ስለ", "እንደ")
_AMHARIC_ENDINGS = ("", "ን", "ም", "ና", "ንም")


def written_forms(form: str, language: str) -> Iterator[str]:
    """Yield *form* as normalised texts may hold it, itself first."""
    words = [word for word in normalise(form).words if word != STOP]
    name = " ".join(words)
    if language == "ar":
        for joined, article in product(_ARABIC_JOINED, _ARABIC_ARTICLES):
            yield f"{joined}{article}{name}"
    elif language == "am":
        for prefix, ending in product(_AMHARIC_PREFIXES, _AMHARIC_ENDINGS):
            yield f"{prefix}{name}{ending}"
    else:
        yield name
