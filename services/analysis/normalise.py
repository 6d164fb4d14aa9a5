"""Text as the patterns see it: folded words with one space between them.

Case, accents, Arabic letter variants and vowel signs, Ethiopic homophones, invisible
characters and look-alike letters are folded away; a full stop standing alone marks the
end of a sentence. Every word keeps the place it came from, so that what is found can be
shown in the original, code point by code point.
"""

# ruff: noqa: RUF001 - other scripts are the subject here

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

import regex

STOP = "."

# Scripts written without spaces: each letter with its marks is a word of its own, in
# texts and in patterns alike, so a phrase of them is found wherever it stands.
_UNSPACED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}"
_BLANK = r" \t\n\r\f\v"  # spelled out: what \s means differs between re and regex
_SENTENCE_END = (
    rf"[.!?…](?=[{_BLANK}\u00a0\u202f\u2009\u2028\u2029\"'”’»)\]]|\Z)|[\n\r\u2028\u2029؟۔።፧।॥။]"
)
_WORD_OR_END = regex.compile(
    rf"[{_UNSPACED}]\p{{M}}*"
    rf"|[[\p{{L}}\p{{N}}]--[{_UNSPACED}]]"
    rf"(?:[[\p{{L}}\p{{N}}\p{{M}}\p{{Cf}}]--[{_UNSPACED}]]*"
    rf"[[\p{{L}}\p{{N}}\p{{M}}]--[{_UNSPACED}]])?"
    rf"|{_SENTENCE_END}",
    regex.V1,
)
_ASCII_WORD_OR_END = re.compile(rf"[a-z0-9]+|[.!?](?=[{_BLANK}\"')\]]|\Z)|[\n\r]")

# What compatibility decomposition leaves apart although readers take it for the same.
_SAME = {
    **dict.fromkeys("ىیےۍې", "ي"),
    **dict.fromkeys("کڪگݢ", "ك"),
    **dict.fromkeys("ہھۀە", "ه"),
    **dict(zip("ةۃٱڤپچژ", "ههافبجز", strict=True)),
    **dict(zip("øłđðıħɓɗƙɛɔŋƴ", "olddihbdkeony", strict=True)),
    "œ": "oe",
    "æ": "ae",
}
_ETHIOPIC_SERIES = {"ሐ": "ሀ", "ኀ": "ሀ", "ሠ": "ሰ", "ዐ": "አ", "ፀ": "ጸ"}
_ETHIOPIC_SAME_SOUND = {"ሃ": "ሀ", "ኣ": "አ"}
_SERIES_LENGTH = 7
_TATWEEL = "\u0640"

_LOOKALIKES = str.maketrans("асеорхуіјѕԁһкмтвпԛԝαοερτυινκχ", "aceopxyijsdhkmtbnqwaoeptuivkx")
_OTHER_ALPHABETS = regex.compile(r"[\p{Cyrillic}\p{Greek}]")
_LATIN = regex.compile(r"\p{Latin}")
_LONGEST_CACHED = 64


@dataclass(frozen=True)
class Normalised:
    """Folded words of a text; `spans[i]` is where `words[i]` stands in the original."""

    words: list[str]
    spans: list[tuple[int, int]]

    @cached_property
    def text(self) -> str:
        """Return the words with one space before, between and after them."""
        return f" {' '.join(self.words)} "

    @cached_property
    def starts(self) -> list[int]:
        """Return where each word begins in `text`."""
        starts, position = [], 1
        for word in self.words:
            starts.append(position)
            position += len(word) + 1
        return starts

    @cached_property
    def sentences(self) -> list[int]:
        """Return the index of the first word of each sentence."""
        return [0, *(index + 1 for index, word in enumerate(self.words) if word == STOP)]

    def word_at(self, offset: int) -> int:
        """Return the index of the word that holds *offset* of `text`."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def sentence_of(self, word: int) -> int:
        """Return the index of the sentence that holds *word*."""
        return bisect_right(self.sentences, word) - 1

    def bounds(self, sentence: int) -> tuple[int, int]:
        """Return the first word of a sentence and the one after its last."""
        following = sentence + 1
        last = self.sentences[following] if following < len(self.sentences) else len(self.words)
        return self.sentences[sentence], last

    def original(self, first: int, last: int) -> tuple[int, int]:
        """Return where the words from *first* to *last*, both included, stand."""
        return self.spans[first][0], self.spans[last][1]


def normalise(text: str) -> Normalised:
    """Fold *text*; lone surrogates and anything else that is no word separate words."""
    simple = text.translate(_ONE_TO_ONE)
    if simple.isascii():
        return _normalise_ascii(simple.lower())
    found = list(_WORD_OR_END.finditer(text))
    folded = [fold_word(raw) if (raw := match[0])[0].isalnum() else STOP for match in found]
    if all(folded):
        return Normalised(folded, [match.span() for match in found])
    kept = [(word, match.span()) for word, match in zip(folded, found, strict=True) if word]
    return Normalised([word for word, _ in kept], [span for _, span in kept])


def fold_word(word: str) -> str:
    """Return the folded form of one word, without spaces or punctuation."""
    return _fold_cached(word) if len(word) <= _LONGEST_CACHED else _fold(word)


def _fold(word: str) -> str:
    folded = word.translate(_FOLDS)
    if folded.isascii() or not (_LATIN.search(folded) and _OTHER_ALPHABETS.search(folded)):
        return folded
    return folded.translate(_LOOKALIKES)


_fold_cached = lru_cache(maxsize=50_000)(_fold)


def _normalise_ascii(text: str) -> Normalised:
    found = list(_ASCII_WORD_OR_END.finditer(text))
    words = [match[0] for match in found]
    return Normalised(
        [word if word.isalnum() else STOP for word in words], [match.span() for match in found]
    )


class _Folds(dict[int, str]):
    """A translation table that works out each code point when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if character in _ETHIOPIC:
        return _ETHIOPIC[character]
    decomposed = unicodedata.normalize("NFKD", character.casefold()).casefold()
    return "".join(_fold_part(part) for part in decomposed)


def _fold_part(part: str) -> str:
    if part == _TATWEEL or unicodedata.combining(part):
        return ""
    if part in _SAME:
        return _SAME[part]
    digit = unicodedata.digit(part, None)
    if digit is not None:
        return str(digit)
    return part if unicodedata.category(part)[0] in "LNM" else ""


def _ethiopic() -> dict[str, str]:
    """Map each series of letters that sound alike to one, order by order."""
    table = {}
    for series, same in _ETHIOPIC_SERIES.items():
        for order in range(_SERIES_LENGTH):
            letter = chr(ord(same) + order)
            table[chr(ord(series) + order)] = _ETHIOPIC_SAME_SOUND.get(letter, letter)
    return table | _ETHIOPIC_SAME_SOUND


def _one_to_one() -> dict[int, str]:
    """Map what is common in Latin scripts and keeps its length: no offsets move."""
    letters = {
        code: folded
        for code in range(0xC0, 0x180)
        if len(folded := _fold_character(chr(code))) == 1 and folded.isascii()
    }
    punctuation = dict.fromkeys(map(ord, "‘’ʼ`´"), "'") | dict.fromkeys(map(ord, "“”«»„"), '"')
    spaces = dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), " ")
    dashes = dict.fromkeys(map(ord, "–—‐‑·•€£°×"), "-")
    return letters | punctuation | spaces | dashes


_ETHIOPIC = _ethiopic()
_FOLDS = _Folds()
_ONE_TO_ONE = _one_to_one()
