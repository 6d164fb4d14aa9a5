"""Which language a text is in.

py3langid decides, on the first 400 characters; where it cannot tell a pair of languages
apart (measured: Tigrinya is always called Amharic, Kirundi always Kinyarwanda) pycld2
does. Texts of a few letters say nothing: the outlet's own languages are taken instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pycld2
import regex
from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "und"
SEEN_CHARACTERS = 400
FEWEST_LETTERS = 20
DISAGREEMENT = 0.5  # the two differ on about 4 % of texts, and either may be right
DECLARED = 0.3  # what an outlet says of itself is a guess about one text
# Kirundi and Kinyarwanda stay hard to tell apart whoever decides (.18 to .61 right).
PAIR_CONFIDENCE = {"ti": 0.95, "rn": 0.5}
_DECIDED_BY_SECOND = {("am", "ti"), ("rw", "rn")}
_ARABIC_VARIETIES = frozenset({"arz", "apc", "ary", "acm", "ajp", "apd", "ars", "aeb", "afb"})
_NO_LANGUAGE = frozenset({"zxx", "un", "xxx"})
_LETTER = regex.compile(r"\p{L}")
_SURROGATE = regex.compile(r"\p{Cs}")


@dataclass(frozen=True, slots=True)
class Detected:
    """A language code and how sure it is, from 0 to 1."""

    code: str
    confidence: float


def detect(text: str, declared: Sequence[str]) -> Detected:
    """Return the language of *text*; *declared* are the hint's and the outlet's, best first."""
    seen = _SURROGATE.sub(" ", text[:SEEN_CHARACTERS])
    if len(_LETTER.findall(seen)) < FEWEST_LETTERS:
        return _declared(declared)
    code, probability = _first_opinion(seen)
    second = _second_opinion(seen)
    if (code, second) in _DECIDED_BY_SECOND:
        return Detected(second, PAIR_CONFIDENCE[second])
    if code in _NO_LANGUAGE:
        return _declared(declared)
    agreed = second in {code, UNKNOWN}
    return Detected(code, probability if agreed else min(probability, DISAGREEMENT))


def _declared(declared: Sequence[str]) -> Detected:
    return Detected(declared[0], DECLARED) if declared else Detected(UNKNOWN, 0.0)


def _first_opinion(text: str) -> tuple[str, float]:
    code, probability = _identifier().classify(text)
    return _one_arabic(str(code)), round(min(max(float(probability), 0.0), 1.0), 3)


def _second_opinion(text: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text)
    try:
        reliable, _, details = pycld2.detect(printable.encode())
    except pycld2.error:
        return UNKNOWN
    code = str(details[0][1])
    return _one_arabic(code) if reliable and code not in _NO_LANGUAGE else UNKNOWN


def _one_arabic(code: str) -> str:
    return "ar" if code in _ARABIC_VARIETIES else code


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
