"""Sightings, details and records as MongoDB documents, and back. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from services.alerts.blackout import Statement
from services.alerts.details import Detail, Quoted
from services.alerts.record import Letter, Question, Record
from services.alerts.series import Passage, Reader, Sighting
from services.alerts.standing import Mark, MarkKind
from shared.events import AlertReleased, Health, Place, Severity, SignalRevised
from shared.mongo import Document

_EVENTS: dict[str, type[SignalRevised | AlertReleased]] = {
    SignalRevised.TYPE: SignalRevised,
    AlertReleased.TYPE: AlertReleased,
}


def sighting_entry(sighting: Sighting) -> Document:
    """Return what a series' set holds of an item: a row, not fields with names.

    A document holds at most 16 MB, and a day of a series must survive tens of thousands of
    copies sent to fill it. Times are text, which keeps their microseconds.
    """
    one = sighting
    times = one.event_at.isoformat(), one.fetched_at.isoformat()
    who = one.outlet_id, one.owner_id, one.owner_kind, one.base, one.language
    passages = [list(_row(passage)) for passage in one.passages]
    flags = one.backfill, one.heard, one.restricted
    return {"row": [one.cluster_id, *who, *times, *flags, passages]}


def sightings_in(document: Document) -> tuple[Sighting, ...]:
    """Return the items of a set, in the order of their ids."""
    entries = sorted(document["items"].items())
    return tuple(_sighting(item_id, entry["row"]) for item_id, entry in entries if "row" in entry)


def _sighting(item_id: str, row: list[Any]) -> Sighting:
    cluster, outlet, owner, kind, base, language, event_at, fetched_at, *flags, rows = row
    backfill, heard, restricted = flags
    return Sighting(
        item_id=item_id,
        cluster_id=cluster,
        outlet_id=outlet,
        owner_id=owner,
        owner_kind=kind,
        base=base,
        language=language,
        event_at=datetime.fromisoformat(event_at),
        fetched_at=datetime.fromisoformat(fetched_at),
        backfill=backfill,
        heard=heard,
        restricted=restricted,
        passages=tuple(Passage(*one) for one in rows),
    )


def _row(passage: Passage) -> tuple[str, str, int, str | None, float, bool]:
    one = passage
    return (one.match_id, one.indicator, one.risk_factor, one.hallmark, one.strength, one.doubted)


def reader_text(reader: Reader) -> str:
    """Return a reader as a member of a set of texts."""
    return f"{reader.outlet_id}|{reader.base}|{reader.owner_kind}|{reader.language}"


def reader_of_text(text: str) -> Reader:
    """Return the reader that a member of such a set stands for."""
    return Reader(*text.rsplit("|", 3))


def statement_text(statement: Statement) -> str:
    """Return a statement as text, which sorts by when it was said."""
    return json.dumps(
        [
            statement.said_at.astimezone(UTC).isoformat(timespec="microseconds"),
            statement.outlet_id,
            statement.owner,
            statement.country,
            statement.domestic,
            statement.health,
            statement.since_at.isoformat(),
            statement.until_at.isoformat() if statement.until_at else None,
        ]
    )


def statement_of_text(text: str) -> Statement:
    """Return the statement that a text holds."""
    said_at, outlet_id, owner, country, domestic, health, since_at, until_at = json.loads(text)
    return Statement(
        said_at=_time(said_at),
        outlet_id=outlet_id,
        owner=owner,
        country=country,
        domestic=domestic,
        health=Health(health),
        since_at=_time(since_at),
        until_at=_time(until_at) if until_at else None,
    )


def detail_document(detail: Detail) -> Document:
    """Return what is kept of an item for evidence."""
    return asdict(detail) | {"places": [place.model_dump(mode="json") for place in detail.places]}


def detail_of_document(document: Document) -> Detail:
    """Return the detail that was kept."""
    parts = {
        "quoted": tuple(Quoted(**one) for one in document["quoted"]),
        "places": tuple(Place.model_validate(one) for one in document["places"]),
        "actors": tuple(document["actors"]),
    }
    return Detail(**(document | parts))


def record_document(record: Record) -> Document:
    """Return the record of a signal as it is stored."""
    question = record.question
    return {
        "_id": question.signal_id,
        "version": record.version,
        "question": {
            "rule_id": question.rule_id,
            "country": question.country,
            "group": question.group,
            "day": question.day.isoformat(),
        },
        "signal": record.signal.model_dump(mode="json"),
        "alert": record.alert.model_dump(mode="json") if record.alert else None,
        "marks": [_mark_document(mark) for mark in record.marks],
        "items": sorted(record.items),
        "restricted": sorted(record.restricted),
        "shown": dict(record.shown),
        "reduced_at": record.reduced_at.isoformat() if record.reduced_at else None,
        "outbox": [_letter_document(letter) for letter in record.outbox],
    }


def record_of_document(document: Document) -> Record:
    """Return the record that a document holds."""
    asked, alert, reduced_at = document["question"], document["alert"], document["reduced_at"]
    day = date.fromisoformat(asked["day"])
    return Record(
        question=Question(asked["rule_id"], asked["country"], asked["group"], day),
        version=document["version"],
        signal=SignalRevised.model_validate(document["signal"]),
        marks=tuple(_mark(one) for one in document["marks"]),
        items=frozenset(document["items"]),
        restricted=frozenset(document["restricted"]),
        shown=document["shown"],
        alert=AlertReleased.model_validate(alert) if alert else None,
        reduced_at=_time(reduced_at) if reduced_at else None,
        outbox=tuple(_letter(one) for one in document["outbox"]),
    )


def _mark_document(mark: Mark) -> Document:
    return {
        "revision": mark.revision,
        "at": mark.at.isoformat(),
        "kind": str(mark.kind),
        "severity": str(mark.severity),
        "machine": str(mark.machine),
    }


def _mark(document: Document) -> Mark:
    return Mark(
        document["revision"],
        _time(document["at"]),
        MarkKind(document["kind"]),
        Severity(document["severity"]),
        Severity(document["machine"]),
    )


def _letter_document(letter: Letter) -> Document:
    return {
        "type": letter.event.TYPE,
        "event": letter.event.model_dump(mode="json"),
        "recorded_at": letter.recorded_at.isoformat(),
        "tell": letter.tell,
    }


def _letter(document: dict[str, Any]) -> Letter:
    event = _EVENTS[document["type"]].model_validate(document["event"])
    return Letter(event, _time(document["recorded_at"]), document["tell"])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
