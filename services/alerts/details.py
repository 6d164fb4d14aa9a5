"""What the evidence of a signal needs of an item beyond its counts, cut to what may be shown.

Kept once an item and read only for the lines that a signal shows, so that ten thousand copies
of one text cannot make a day of a series too large to store.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.events import MAX_QUOTE_CHARACTERS, Match, MediaItemAnalysed, Place, TextField

MAX_URL_CHARACTERS = 1_000  # longer addresses would let one item fill a whole event
MAX_NAMES = 20  # places and actors shown of one signal
MAX_NAME_CHARACTERS = 200
NO_CAPTURE = "none"  # something handed in without raw bytes is still something said
NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Quoted:
    """One passage with its words."""

    match_id: str
    field: str
    start: int
    end: int
    quote: str
    pattern_version: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One item behind a signal."""

    item_id: str
    revision: int
    controlled_by: str | None
    url: str | None
    capture_id: str
    raw_sha256: str
    restricted: bool
    analysis_version: str
    quoted: tuple[Quoted, ...]
    places: tuple[Place, ...]
    actors: tuple[str, ...]

    @property
    def has_words(self) -> bool:
        """Whether any passage still has its words."""
        return any(one.quote for one in self.quoted)

    def without_words(self) -> Detail:
        """Return the detail of an item whose text had to go: where it stood, not what it said."""
        blank = tuple(replace(one, quote="") for one in self.quoted)
        return replace(self, quoted=blank, actors=())


def detail_of(analysis: MediaItemAnalysed) -> Detail | None:
    """Return the detail of an item, or None where nothing in it matched."""
    if not analysis.matches:
        return None
    item = analysis.item
    capture = item.captures[0] if item.captures else None
    return Detail(
        item_id=item.item_id,
        revision=item.revision,
        controlled_by=item.outlet.controlled_by,
        url=item.url if item.url and len(item.url) <= MAX_URL_CHARACTERS else None,
        capture_id=capture.capture_id if capture else NO_CAPTURE,
        raw_sha256=capture.raw_sha256 if capture else NO_HASH,
        restricted=item.restricted,
        analysis_version=analysis.analysis_version,
        quoted=tuple(_quoted(analysis, match) for match in analysis.matches),
        places=tuple(place for place in analysis.places if len(place.name) <= MAX_NAME_CHARACTERS),
        actors=_actors(analysis),
    )


def _quoted(analysis: MediaItemAnalysed, match: Match) -> Quoted:
    title = match.field is TextField.TITLE
    text = (analysis.item.title or "") if title else analysis.item.text
    return Quoted(
        match_id=match.match_id,
        field=str(match.field),
        start=match.start,
        end=match.end,
        quote=quote_around(text, match.start, match.end),
        pattern_version=match.rule_version,
    )


def quote_around(text: str, start: int, end: int) -> str:
    """Return the span with as much on both sides as the limit allows, or the span's beginning.

    What is returned stands in *text* to the letter; words at its ends are whole where a
    space lies between them and the span.
    """
    room = MAX_QUOTE_CHARACTERS - (end - start)
    if room <= 0:
        return text[start : start + MAX_QUOTE_CHARACTERS]
    first = max(0, start - room // 2)
    last = min(len(text), first + MAX_QUOTE_CHARACTERS)
    if first > 0:
        first += max(0, text[first:start].find(" "))
    if last < len(text):
        last = end + max(0, text[end:last].rfind(" ")) if " " in text[end:last] else last
    return text[first:last].strip()


def _actors(analysis: MediaItemAnalysed) -> tuple[str, ...]:
    """Return whom the text itself names as having acted: an allegation, kept inside."""
    named = {
        incident.actor[:MAX_NAME_CHARACTERS] for incident in analysis.incidents if incident.actor
    }
    return tuple(sorted(named)[:MAX_NAMES])
