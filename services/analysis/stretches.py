"""Which languages an item is in: paragraph by paragraph, where it mixes them.

Most items have one language. Each paragraph is first shown to the quick detector alone;
only one that looks foreign is read in full, so an article costs hardly more than its head.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from services.analysis.language import (
    SEEN_CHARACTERS,
    UNKNOWN,
    Detected,
    count_letters,
    detect,
    members,
    second_opinion,
)
from shared.events import LanguageSpan

# A shorter paragraph is a name or a caption, and detectors guess at it.
FEWEST_LETTERS = 60
MOST_PARAGRAPHS = 200
_PARAGRAPH = regex.compile(r"[^\n\r]+[\n\r]*")


@dataclass(frozen=True, slots=True)
class Languages:
    """The language of most of a text, and the stretches of each."""

    main: Detected
    spans: tuple[LanguageSpan, ...]


def detect_languages(text: str, declared: Sequence[str]) -> Languages:
    """Return the languages of *text*; the spans cover it from its beginning to its end."""
    head = detect(text, declared)
    spans: list[LanguageSpan] = []
    for start, end in _paragraphs(text):
        found = _of_paragraph(text[start:end], head, declared)
        if spans and spans[-1].code == found.code:
            least = min(spans[-1].confidence, found.confidence)
            spans[-1] = _span(found.code, least, spans[-1].start, end)
        else:
            spans.append(_span(found.code, found.confidence, start, end))
    spans = spans or [_span(head.code, head.confidence, 0, len(text))]
    letters: Counter[str] = Counter()
    for span in spans:
        letters[span.code] += span.end - span.start
    main = letters.most_common(1)[0][0]
    sure = min(span.confidence for span in spans if span.code == main)
    return Languages(Detected(main, sure), tuple(spans))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where paragraphs stand; the last of many takes all that follows."""
    start = 0
    for number, found in enumerate(_PARAGRAPH.finditer(text), 1):
        if number == MOST_PARAGRAPHS:
            break
        yield start, found.end()
        start = found.end()
    if start < len(text):
        yield start, len(text)


def _of_paragraph(paragraph: str, head: Detected, declared: Sequence[str]) -> Detected:
    """Return the language of a paragraph: that of the head unless both detectors differ."""
    if count_letters(paragraph[:SEEN_CHARACTERS]) < FEWEST_LETTERS:
        return head
    quick = second_opinion(paragraph[:SEEN_CHARACTERS])
    if quick == UNKNOWN or quick in members(head.code):
        return head
    found = detect(paragraph, declared)
    return found if quick in members(found.code) else head


def _span(code: str, confidence: float, start: int, end: int) -> LanguageSpan:
    return LanguageSpan(code=code, confidence=confidence, start=start, end=end)
