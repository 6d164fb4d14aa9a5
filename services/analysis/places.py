"""Where the text's places are, as far as the desk knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.analysis.desks import DeskPlace
from shared.events import Mention, MentionKind, Place

# A desk lists a form only where it is that place: what is left is another place of that name.
DESK_SCORE = 0.9
MOST_PLACES = 50


def find_places(mentions: Iterable[Mention], known: Mapping[str, DeskPlace]) -> tuple[Place, ...]:
    """Return each place once, with the first mention that names it."""
    found: dict[str, Place] = {}
    for mention in mentions:
        if mention.kind is MentionKind.PLACE and mention.ref_id and mention.ref_id not in found:
            found[mention.ref_id] = _place(known[mention.ref_id], mention)
    return tuple(found.values())[:MOST_PLACES]


def _place(place: DeskPlace, mention: Mention) -> Place:
    return Place(
        place_id=place.place_id,
        name=place.name,
        country=place.country,
        admin1=place.admin1,
        lat=place.lat,
        lon=place.lon,
        score=DESK_SCORE,
        mention_id=mention.mention_id,
    )
