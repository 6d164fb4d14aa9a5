"""Which language a short stretch of text is in.

py3langid decides, on the first 400 characters; where it cannot tell a pair of languages
apart (measured: Tigrinya is always called Amharic, Kirundi always Kinyarwanda) pycld2
does. Where the two differ, the languages that the outlet says it speaks decide. Texts of a
few letters say nothing: the outlet's own languages are taken instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pycld2
import regex
from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "und"
RWANDA_RUNDI = "rw/rn"  # what cannot be told apart is not guessed
SEEN_CHARACTERS = 400
FEWEST_LETTERS = 20
DISAGREEMENT = 0.5  # the two differ on about 4 % of texts, and either may be right
DECLARED = 0.3  # what an outlet says of itself is a guess about one text
SURE_OF_PAIR = 0.95
DECLARED_OF_PAIR = 0.7
_DECIDED_BY_SECOND = {("am", "ti"), ("rw", "rn"), ("pcm", "en")}
_ARABIC_VARIETIES = frozenset({"arz", "apc", "ary", "acm", "ajp", "apd", "ars", "aeb", "afb"})
_NO_LANGUAGE = frozenset({"zxx", "un", "xxx"})
_PAIR = ("rw", "rn")
_LETTER = regex.compile(r"\p{L}")
_SURROGATE = regex.compile(r"\p{Cs}")


@dataclass(frozen=True, slots=True)
class Detected:
    """A language code and how sure it is, from 0 to 1."""

    code: str
    confidence: float


def members(code: str) -> tuple[str, ...]:
    """Return the languages that *code* may be: both, where two cannot be told apart."""
    return _PAIR if code == RWANDA_RUNDI else (code,)


def count_letters(text: str) -> int:
    """Return how many letters *text* has, of whatever script."""
    return len(_LETTER.findall(text))


def detect(text: str, declared: Sequence[str]) -> Detected:
    """Return the language of *text*; *declared* are the hint's and the outlet's, best first."""
    seen = _SURROGATE.sub(" ", text[:SEEN_CHARACTERS])
    if count_letters(seen) < FEWEST_LETTERS:
        return _declared(declared)
    code, probability = _first_opinion(seen)
    second = second_opinion(seen)
    if (code, second) in _DECIDED_BY_SECOND:
        return Detected(second, SURE_OF_PAIR)
    if code == "rw":
        return _of_pair(declared, probability)
    if code in _NO_LANGUAGE:
        return _declared(declared)
    if second in {code, UNKNOWN}:
        return Detected(code, probability)
    by_outlet = second in declared and code not in declared
    return Detected(second if by_outlet else code, min(probability, DISAGREEMENT))


def second_opinion(text: str) -> str:
    """Return pycld2's opinion, which is quick, or `und` where it is not sure."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    try:
        reliable, _, details = pycld2.detect(printable.encode())
    except pycld2.error:
        return UNKNOWN
    code = str(details[0][1])
    return _one_arabic(code) if reliable and code not in _NO_LANGUAGE else UNKNOWN


def _declared(declared: Sequence[str]) -> Detected:
    return Detected(declared[0], DECLARED) if declared else Detected(UNKNOWN, 0.0)


def _of_pair(declared: Sequence[str], probability: float) -> Detected:
    """Choose between Kinyarwanda and Kirundi where the outlet speaks one of them alone."""
    spoken = {code for code in declared if code in _PAIR}
    if len(spoken) == 1:
        return Detected(spoken.pop(), min(probability, DECLARED_OF_PAIR))
    return Detected(RWANDA_RUNDI, probability)


def _first_opinion(text: str) -> tuple[str, float]:
    code, probability = _identifier().classify(text)
    return _one_arabic(str(code)), round(min(max(float(probability), 0.0), 1.0), 3)


def _one_arabic(code: str) -> str:
    return "ar" if code in _ARABIC_VARIETIES else code


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
