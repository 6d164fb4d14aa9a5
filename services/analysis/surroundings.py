"""Where cues stand around a match: in which sentence, outside it, and in its own clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.analysis.cues import places
from services.analysis.matcher import Hit, Name
from services.analysis.normalise import Normalised

# Normalised text keeps no commas, so the original is asked.
STATEMENT_END = re.compile(r"[;!؛]")
CLAUSE_END = re.compile(r"[,;!،؛—–]|\s-\s")  # noqa: RUF001 - dashes and Arabic commas
CLAUSE_OR_COLON = re.compile(rf"{CLAUSE_END.pattern}|:")


class Surroundings:
    """Where the cues stand in each sentence of one text, looked for once however many hits."""

    def __init__(self, text: Normalised, original: str, names: Sequence[Name]) -> None:
        self.text = text
        self._names = names
        self._original = original
        self._places: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def outside(self, cue: re.Pattern[str], sentence: int, hit: Hit) -> list[tuple[int, int]]:
        """Return the places of *cue* in *sentence* that are no part of *hit*."""
        key = (id(cue), sentence)
        if key not in self._places:
            self._places[key] = places(cue, self.text, *self.text.bounds(sentence))
        return [
            (first, last)
            for first, last in self._places[key]
            if last < hit.first or first > hit.last
        ]

    def names_people(self, hit: Hit) -> bool:
        """Say whether the words of *hit* hold the name of a group."""
        return any(name.first <= hit.last and name.last >= hit.first for name in self._names)

    def leads_to(self, last: int, hit: Hit, end: re.Pattern[str] = CLAUSE_END) -> bool:
        """Say whether the word *last* stands before *hit* with no *end* between, or within it."""
        if last >= hit.first:
            return last <= hit.last
        between = self._original[self.text.spans[last][1] : self.text.spans[hit.first][0]]
        return not end.search(between)
