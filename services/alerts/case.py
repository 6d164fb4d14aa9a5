"""One question with everything known about it at one look, and the evidence that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.alerts.details import MAX_NAMES, Detail
from services.alerts.record import Question
from services.alerts.rules import Rule
from services.alerts.series import Sighting
from services.alerts.verdict import Verdict
from shared.events import Evidence, Place, ReviewRecorded, Versions


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that is known about one question at one look.

    `open_verdict` is the answer without the items that must not leave.
    """

    question: Question
    rule: Rule
    verdict: Verdict
    open_verdict: Verdict
    sightings: Mapping[str, Sighting]
    details: Mapping[str, Detail]
    reviews: Sequence[ReviewRecorded] = ()
    follows: str | None = None

    @property
    def restricted(self) -> frozenset[str]:
        """The items among the evidence that must not leave."""
        return frozenset(
            item
            for item, detail in self.details.items()
            if detail.restricted or self.sightings[item].restricted
        )


def evidence_of(case: Case) -> tuple[Evidence, ...]:
    """Return the chosen lines; one whose item changed since waits for the look that follows."""
    lines = (_line(case, item_id, match_id) for item_id, match_id in case.verdict.evidence)
    return tuple(line for line in lines if line is not None)


def _line(case: Case, item_id: str, match_id: str) -> Evidence | None:
    detail, seen = case.details.get(item_id), case.sightings[item_id]
    quoted = (
        next((one for one in detail.quoted if one.match_id == match_id), None) if detail else None
    )
    if detail is None or quoted is None:
        return None
    return Evidence(
        item_id=item_id,
        revision=detail.revision,
        match_id=match_id,
        outlet_id=seen.outlet_id,
        owner_id=seen.owner_id,
        owner_kind=seen.owner_kind,
        controlled_by=detail.controlled_by,
        content_cluster_id=seen.cluster_id,
        event_at=seen.event_at,
        field=quoted.field,
        start=quoted.start,
        end=quoted.end,
        quote=quoted.quote,
        url=detail.url,
        capture_id=detail.capture_id,
        raw_sha256=detail.raw_sha256,
    )


def places_of(details: Iterable[Detail]) -> tuple[Place, ...]:
    """Return the places that some items speak of, the surest first."""
    best: dict[str, Place] = {}
    for place in (place for detail in details for place in detail.places):
        name = place.place_id or place.name
        if name not in best or place.score > best[name].score:
            best[name] = place.model_copy(update={"mention_id": None})
    ordered = sorted(best.items(), key=lambda one: (-one[1].score, one[0]))
    return tuple(place for _, place in ordered[:MAX_NAMES])


def actors_of(case: Case) -> tuple[str, ...]:
    """Return whom the items name as having acted; for inside only."""
    named = {actor for detail in case.details.values() for actor in detail.actors}
    return tuple(sorted(named)[:MAX_NAMES])


def versions_of(case: Case) -> Versions:
    """Return what analysed the items and what asked about them."""
    details = case.details.values()
    patterns = {quoted.pattern_version for detail in details for quoted in detail.quoted}
    return Versions(
        analysis=",".join(sorted({detail.analysis_version for detail in details})),
        rules=f"{case.rule.rule_id}@{case.rule.version}",
        desk=",".join(sorted(patterns)),
    )
