"""The language of the search box: from words to a tree, or to an error that says where.

    market reopen          both words; AND may be written
    market OR bazaar       either; | is the same, and binds weaker than AND
    NOT sport, -sport      without it
    "harvest market"       a phrase;  "harvest market"~5 within five words
    market NEAR/5 army     two words or phrases within five words of each other, in any order
    expul*                 every word that begins so
    (a OR b) NOT c         parentheses

AND, OR, NOT and NEAR count only in capitals: in small letters they are words of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TERMS = 16
MAX_DEPTH = 8
MAX_DISTANCE = 50
LEAST_PREFIX = 2

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<phrase>["“”«][^"“”«»]*["”“»](?:~(?P<slop>\d{1,4}))?)
    | (?P<quote>["“”«»])
    | (?P<open>\()
    | (?P<close>\))
    | (?P<either>\|)
    | (?P<near>NEAR(?:/(?P<distance>\d{1,4}))?(?=\s))
    | (?P<minus>-(?=[^\s]))
    | (?P<word>[^\s()"“”«»|]+)
    )""",
    re.VERBOSE,
)
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s*")


class SearchSyntaxError(ValueError):
    """The search cannot be read; *position* counts characters from 1."""

    def __init__(self, reason: str, position: int, suggestion: str) -> None:
        super().__init__(f"{reason} at character {position}. {suggestion}")
        self.reason, self.position, self.suggestion = reason, position, suggestion


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or the beginning of one."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in their order, at most *distance* words apart."""

    text: str
    distance: int = 0


@dataclass(frozen=True, slots=True)
class Near:
    """Words or phrases close to each other, in any order."""

    parts: tuple[Word | Phrase, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Not:
    """Without what follows."""

    part: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every part."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part."""

    parts: tuple[Node, ...]


Node = Word | Phrase | Near | Not | All | Either


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the search with its place, from 1."""

    kind: str
    text: str
    number: int
    at: int


def parse(search: str) -> Node | None:
    """Return the tree of *search*, None where it has no words; SearchSyntaxError."""
    return Parser(list(_tokens(search)), len(search) + 1).whole()


def _tokens(search: str) -> Iterator[Token]:
    place = _SPACE.match(search).end()  # type: ignore[union-attr] # it matches the empty text too
    while place < len(search):
        found = _TOKEN.match(search, place)
        if found is None or found.lastgroup is None:
            raise SearchSyntaxError("A sign cannot stand here", place + 1, "Take it away.")
        token = _token(found)
        # A sign that stands alone, as in "a - b", is no word to look for.
        if token.kind != "word" or _WORD.search(token.text):
            yield token
        place = _SPACE.match(search, found.end()).end()  # type: ignore[union-attr]


def _token(found: re.Match[str]) -> Token:
    kind = next(
        name
        for name in ("phrase", "quote", "open", "close", "either", "near", "minus", "word")
        if found[name] is not None
    )
    text, at = found[kind], found.start(kind) + 1
    if kind == "quote":
        raise SearchSyntaxError("A quotation mark is not closed", at, "Close it, or take it away.")
    if kind == "word" and text in ("AND", "OR", "NOT"):
        kind = {"AND": "both", "OR": "either", "NOT": "minus"}[text]
    number = int(found["slop"] or found["distance"] or 0)
    if number > MAX_DISTANCE:
        raise SearchSyntaxError("The distance is too large", at, f"At most {MAX_DISTANCE} words.")
    return Token(kind, text, number, at)


class Parser:
    """Reads tokens by recursive descent, each rule in a method of its name."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self._tokens = tokens
        self._end = end
        self._place = 0
        self._depth = 0
        self._terms = 0

    def whole(self) -> Node | None:
        """Read everything."""
        if not self._tokens:
            return None
        tree = self._either()
        left = self._peek()
        if left is not None:
            raise SearchSyntaxError(
                "A parenthesis closes that was not opened", left.at, "Take it away, or open one."
            )
        return tree

    def _either(self) -> Node:
        parts = [self._all()]
        while self._take("either"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self) -> Node:
        parts = [self._not()]
        while (token := self._peek()) and token.kind not in ("either", "close"):
            self._take("both")
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _not(self) -> Node:
        without = False
        while self._take("minus"):
            without = not without
        part = self._near()
        return Not(part) if without else part

    def _near(self) -> Node:
        first = self._primary()
        parts, distance = [first], 0
        while token := self._take("near"):
            parts.append(self._primary())
            distance = max(distance, token.number or 10)
            if not all(isinstance(one, Word | Phrase) for one in parts):
                raise SearchSyntaxError(
                    "NEAR joins words and phrases only", token.at, "Take away the parentheses."
                )
        near = tuple(one for one in parts if isinstance(one, Word | Phrase))
        return Near(near, distance) if len(parts) > 1 else first

    def _primary(self) -> Node:
        token = self._next()
        if token.kind == "open":
            return self._group(token)
        if token.kind == "phrase":
            return self._phrase(token)
        if token.kind == "word":
            return self._word(token)
        raise SearchSyntaxError(
            f"A word is missing before {token.text!r}", token.at,
            f'Add a word, or put "{token.text}" in quotation marks to search for it.',
        )  # fmt: skip

    def _group(self, opened: Token) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SearchSyntaxError("Too many parentheses", opened.at, f"At most {MAX_DEPTH}.")
        tree = self._either()
        if not self._take("close"):
            raise SearchSyntaxError(
                "A parenthesis is not closed", opened.at, 'Add ")" where it ends.'
            )
        self._depth -= 1
        return tree

    def _phrase(self, token: Token) -> Node:
        text = token.text.rpartition("~")[0] if token.number else token.text
        words = text.strip('"“”«»')
        self._count(words, token)
        return Phrase(words, token.number)

    def _word(self, token: Token) -> Node:
        text = token.text
        self._count(text, token)
        if "*" not in text.rstrip("*"):
            stem = text.rstrip("*")
            if stem != text and len(stem) < LEAST_PREFIX:
                raise SearchSyntaxError(
                    "Too few letters before *", token.at, f"Write at least {LEAST_PREFIX}."
                )
            return Word(stem, prefix=stem != text)
        raise SearchSyntaxError(
            "* stands inside or before a word", token.at, "It can only stand at the end: expul*"
        )

    def _count(self, text: str, token: Token) -> None:
        self._terms += len(_WORD.findall(text))
        if self._terms > MAX_TERMS:
            raise SearchSyntaxError("Too many words", token.at, f"At most {MAX_TERMS} at once.")

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self, kind: str) -> Token | None:
        token = self._peek()
        if token is None or token.kind != kind:
            return None
        self._place += 1
        return token

    def _next(self) -> Token:
        token = self._peek()
        if token is None:
            raise SearchSyntaxError(
                "The search ends too early", self._end, "Add a word, or take away the last sign."
            )
        self._place += 1
        return token
