r"""The language that patterns are written in, and what it becomes.

    take up (your|the) machetes    words, and a choice of words or phrases
    (very)? {them}?                what may be missing
    burn*                          a word that begins so; *kill* anywhere a star stands
    19##                           a number: # is one digit
    must ..3 leave                 up to three words between, never across a sentence
    _                              exactly one word
    ^ kill                         only at the beginning of a sentence
    {them}                         a set defined in the same file; {group} a desk's names

Words are folded as texts are. Everything is bounded (gaps by MOST_GAP and MOST_GAPS,
repetition does not exist), so the regular expressions run in time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.analysis.normalise import STOP, normalise

GROUP = "group"
MOST_GAP = 6
MOST_GAPS = 3
_TOKEN = re.compile(r"\s+|[()|?]|\.\.\d|\{[\w-]+\}|[^\s()|?{}]+")
_ANY_LETTERS = "[^ .]*"
_ONE_WORD = "[^ .]+ "
_NEVER = "(?!)"
_SENTENCE_START = "(?<![^.] )"  # no word stands before: a full stop does, or nothing
_DIGIT = re.escape("#")


class PhraseError(ValueError):
    """A pattern that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A regular expression over normalised text and what a text must hold to match it.

    `needles` are strings of which at least one stands in every match: the prefilter.
    """

    expression: str
    needles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One item of a sequence. `literal` is set for a plain word, `needles` where known."""

    expression: str
    needles: tuple[str, ...] = ()
    literal: str | None = None
    gaps: int = 0  # on the way through that has most of them


def compile_phrase(source: str, sets: Mapping[str, str], group: str | None = None) -> Phrase:
    """Compile *source*; *group* is the expression of a desk's names, None without a desk."""
    reader = _Reader(_tokens(source), sets, group or _NEVER)
    part = reader.choice()
    if reader.tokens:
        raise PhraseError(f"{source!r}: unbalanced {reader.tokens[0]!r}")
    if part.gaps > MOST_GAPS:
        raise PhraseError(f"{source!r}: more than {MOST_GAPS} gaps")
    return Phrase(f"(?<= ){part.expression}", part.needles)


def _tokens(source: str) -> list[str]:
    found = _TOKEN.findall(source)
    if "".join(found) != source:
        raise PhraseError(f"{source!r}: a brace is not closed")
    return [token for token in found if token.strip()]


@dataclass(slots=True)
class _Reader:
    """Reads tokens from the left; `choice` and `sequence` follow the grammar."""

    tokens: list[str]
    sets: Mapping[str, str]
    group: str

    def choice(self) -> _Part:
        branches = [self.sequence()]
        while self.tokens and self.tokens[0] == "|":
            self.tokens.pop(0)
            branches.append(self.sequence())
        if len(branches) == 1:
            return branches[0]
        known = all(branch.needles for branch in branches)
        needles = tuple(needle for branch in branches for needle in branch.needles)
        expression = "|".join(branch.expression for branch in branches)
        gaps = max(branch.gaps for branch in branches)
        return _Part(f"(?:{expression})", needles if known else (), gaps=gaps)

    def sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.tokens and self.tokens[0] not in {"|", ")"}:
            parts.extend(self.item())
        if not parts:
            raise PhraseError("an empty choice: write (word)? for what may be missing")
        expression = "".join(part.expression for part in parts)
        return _Part(expression, _best(parts), gaps=sum(part.gaps for part in parts))

    def item(self) -> list[_Part]:
        piece = self.tokens.pop(0)
        if piece == "(":
            return [self.optional(self.bracket())]
        if piece.startswith("{"):
            return [self.optional(self.named(piece[1:-1]))]
        if piece.startswith("..") and piece[2:].isdigit():
            return [self.gap(int(piece[2:]))]
        if piece == "^":
            return [_Part(_SENTENCE_START)]
        if piece == "_":
            return [_Part(_ONE_WORD)]
        if piece in {"?", ")"}:
            raise PhraseError(f"{piece!r} follows nothing")
        return _words(piece)

    def bracket(self) -> _Part:
        inner = self.choice()
        if not self.tokens or self.tokens.pop(0) != ")":
            raise PhraseError("a bracket is not closed")
        return _Part(f"(?:{inner.expression})", inner.needles, gaps=inner.gaps)

    def optional(self, part: _Part) -> _Part:
        """Return *part* as one that may be missing where a question mark follows."""
        if not self.tokens or self.tokens[0] != "?":
            return part
        self.tokens.pop(0)
        return _Part(f"(?:{part.expression})?", gaps=part.gaps)

    def named(self, name: str) -> _Part:
        if name == GROUP:
            return _Part(self.group)
        if name not in self.sets:
            raise PhraseError(f"there is no set named {name!r}")
        inner = _Reader(_tokens(self.sets[name]), self.sets, self.group).choice()
        return _Part(f"(?:{inner.expression})", inner.needles, gaps=inner.gaps)

    def gap(self, most: int) -> _Part:
        if not 1 <= most <= MOST_GAP:
            raise PhraseError(f"a gap is 1 to {MOST_GAP} words")
        return _Part(f"(?:{_ONE_WORD}){{0,{most}}}?", gaps=1)


def _words(token: str) -> list[_Part]:
    """Return the words of a token, which may be several (l'ennemi), some with stars."""
    if "#" in token:
        return [_Part(f"{re.escape(token).replace(_DIGIT, '[0-9]')} ", (f" {token.rstrip('#')}",))]
    if "*" not in token:
        return [_Part(f"{re.escape(w)} ", (f" {w} ",), w) for w in _folded(token)]
    pieces = ["".join(_folded(piece)) for piece in token.split("*")]
    longest = max(pieces, key=len)
    needle = f" {longest}" if pieces[0] == longest else longest
    return [_Part(f"{_ANY_LETTERS.join(map(re.escape, pieces))} ", (needle,) if longest else ())]


def _folded(token: str) -> list[str]:
    words = [word for word in normalise(token).words if word != STOP]
    if not words and token:
        raise PhraseError(f"{token!r} has no word in it")
    return words


def _best(parts: list[_Part]) -> tuple[str, ...]:
    """Return the needles least likely to stand in a text by chance: the longest ones."""
    options = [part.needles for part in parts if part.needles and part.literal is None]
    run: list[str] = []
    for part in [*parts, _Part("")]:
        if part.literal is not None:
            run.append(part.literal)
        elif run:
            options.append((f" {' '.join(run)} ",))
            run = []
    return max(options, key=lambda needles: min(map(len, needles)), default=())
