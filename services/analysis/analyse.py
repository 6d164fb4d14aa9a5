"""One item in, one analysed item out: pure, the same for the same input, time passed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from services.analysis.agencies import find_agency
from services.analysis.catalogue import load_catalogue
from services.analysis.copies import content_cluster_id
from services.analysis.cues import Cues, compile_cues
from services.analysis.desks import NO_DESK, Desk
from services.analysis.language import detect, members
from services.analysis.matcher import Matcher, Rule, compile_rules
from services.analysis.normalise import Normalised, normalise
from services.analysis.passages import Passages, read_field
from services.analysis.places import find_places
from services.analysis.score import date_parts, score, score_parts
from services.analysis.stretches import Languages, detect_languages
from shared.events import (
    Copy,
    MediaItemAnalysed,
    MediaItemIngested,
    TextField,
    analysis_sequence,
)
from shared.ids import analysis_id

# Raise both with any change that can alter a result, patterns and cues included.
ANALYSIS_VERSION = "1.2.0"
MODEL_GENERATION = 4


@dataclass(frozen=True, slots=True)
class Reader:
    """A desk with everything made ready to read for it."""

    desk: Desk
    matcher: Matcher
    cues: Mapping[str, Cues]


@dataclass(frozen=True, slots=True)
class Readers:
    """The reader of each desk by country; a country without one is read by `nobody`."""

    by_country: Mapping[str, Reader]
    nobody: Reader

    def of(self, item: MediaItemIngested) -> Reader:
        """Return the reader of the country whose people the outlet addresses."""
        return self.by_country.get(item.outlet.country, self.nobody)


def create_readers(desks: Mapping[str, Desk]) -> Readers:
    """Make every desk ready; patterns are compiled once, in about a second."""
    return Readers(
        {country: create_reader(desk) for country, desk in desks.items()}, create_reader(NO_DESK)
    )


def create_reader(desk: Desk) -> Reader:
    """Compile the patterns of the desk's languages; without a desk those that need no group."""
    known = load_catalogue().keys()
    codes = sorted(desk.languages & known if desk.names else known)
    rules = [rule for code in codes for rule in _rules(code)]
    return Reader(desk, Matcher(rules, desk), {code: _cues(code) for code in codes})


def analyse(item: MediaItemIngested, reader: Reader, analysed_at: datetime) -> MediaItemAnalysed:
    """Return *item* with its language, cluster, mentions, quotations and matches.

    `copy.exact_of` needs memory and is filled in by the handler.
    """
    languages = detect_languages(item.text, _declared(item)) if item.text else _of_title(item)
    language = languages.main
    text = normalise(item.text)
    found = _read(item, text, reader, members(language.code)[0])
    matches = tuple(match for passages in found for match in passages.matches)
    mentions = tuple(mention for passages in found for mention in passages.mentions)
    places = find_places(mentions, reader.desk.places)
    parts = (*score_parts(matches), *date_parts(matches, item.event_at, reader.desk.dates))
    return MediaItemAnalysed(
        analysis_id=analysis_id(item.item_id, item.revision, ANALYSIS_VERSION),
        analysis_version=ANALYSIS_VERSION,
        analysis_sequence=analysis_sequence(item.revision, MODEL_GENERATION),
        analysed_at=analysed_at,
        item=item,
        language=language.code,
        languages=languages.spans,
        readable=not reader.desk.languages.isdisjoint(members(language.code)),
        copy=Copy(
            content_cluster_id=content_cluster_id(item.item_id, text),
            agency=find_agency(item.text),
        ),
        mentions=mentions,
        places=places,
        incident_countries=tuple(sorted({one.country for one in places if one.country})),
        quotes=tuple(quote for passages in found for quote in passages.quotes),
        matches=matches,
        score=score(parts),
        score_parts=parts,
    )


def _read(
    item: MediaItemIngested, text: Normalised, reader: Reader, main: str
) -> Sequence[Passages]:
    fields = ((TextField.TITLE, normalise(item.title or "")), (TextField.TEXT, text))
    return [read_field(item, *field, reader.matcher, reader.cues, main) for field in fields]


def _of_title(item: MediaItemIngested) -> Languages:
    """Return the title's language for an item without a text, which has no stretches."""
    return Languages(detect(item.title or "", _declared(item)), ())


def _declared(item: MediaItemIngested) -> list[str]:
    hint = (item.language_hint or "").partition("-")[0].lower()
    return [code for code in (hint, *item.outlet.languages) if code]


@cache
def _cues(code: str) -> Cues:
    return compile_cues(load_catalogue()[code])


@cache
def _rules(code: str) -> tuple[Rule, ...]:
    return compile_rules(load_catalogue()[code])
