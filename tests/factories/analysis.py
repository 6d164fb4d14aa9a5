"""Analysed items with their findings, and the groups that items form."""

from typing import Any

from shared.events import (
    CampaignChange,
    Copy,
    Incident,
    LanguageSpan,
    Match,
    MediaCampaignChanged,
    MediaItemAnalysed,
    MediaItemIngested,
    MediaStoryChanged,
    Mention,
    MentionKind,
    Modality,
    OwnerKind,
    Place,
    Quote,
    ScorePart,
    StoryChange,
    TextField,
    Voice,
    analysis_sequence,
)
from shared.ids import analysis_id, match_id
from tests.factories.building import COUNTRY, GROUP, at, built
from tests.factories.media import make_item

ANALYSIS_VERSION = "1.0.0"
PASSAGE = "the Kelvari must be driven out before the rains"
SURFACE = "Kelvari"


def make_analysis(
    number: int = 1, item: MediaItemIngested | None = None, **overrides: Any
) -> MediaItemAnalysed:
    """Build the reading of `item`, by default of `make_item(number)`; nothing in it matches.

    `generation` (of the models, by default 1) makes a later analysis of the same text.
    """
    item = item or make_item(number)
    version = overrides.get("analysis_version", ANALYSIS_VERSION)
    generation = overrides.pop("generation", 1)
    defaults = {
        "analysis_id": analysis_id(item.item_id, item.revision, version),
        "analysis_version": version,
        "analysis_sequence": analysis_sequence(item.revision, generation),
        "analysed_at": at(number + 6),
        "item": item,
        "language": "en",
        "languages": [LanguageSpan(code="en", confidence=0.99, start=0, end=len(item.text))],
        "readable": True,
        "copy": make_copy(item),
        "score": 0.0,
    }
    return built(MediaItemAnalysed, defaults, overrides)


def make_matched_analysis(
    number: int = 1, item: MediaItemIngested | None = None, **overrides: Any
) -> MediaItemAnalysed:
    """Build a reading with one match, whose details `match=make_match(...)` replaces."""
    item = item or make_item(number)
    match = overrides.pop("match", None) or make_match(item)
    defaults = {
        "matches": [match],
        "score": match.strength,
        "score_parts": [ScorePart(name="strongest_match", value=match.strength)],
    }
    return make_analysis(number, item, **(defaults | overrides))


def make_match(item: MediaItemIngested | None = None, **overrides: Any) -> Match:
    """Build a match on the passage in the factory's text; the id follows from the place."""
    item = item or make_item()
    start = overrides.get("start", max(item.text.find(PASSAGE), 0))
    defaults: dict[str, Any] = {
        "framework": "un-faac",
        "indicator": "11.4",
        "risk_factor": 11,
        "hallmark": "explicit_call_to_violence",
        "target_group_id": GROUP,
        "field": TextField.TEXT,
        "start": start,
        "end": min(start + len(PASSAGE), len(item.text)),
        "method": "pattern",
        "rule_id": "en-expulsion-1",
        "rule_version": "1",
        "strength": 0.9,
        "voice": Voice.OUTLET,
    } | overrides
    place = [defaults[name] for name in ("indicator", "target_group_id", "field", "start", "end")]
    defaults.setdefault("match_id", match_id(item.item_id, item.revision, *place))
    return built(Match, defaults, {})


def make_copy(item: MediaItemIngested | None = None, **overrides: Any) -> Copy:
    """Build the facts of an original: its text is a cluster of its own."""
    item = item or make_item()
    return built(Copy, {"content_cluster_id": f"text-{item.text_sha256[:16]}"}, overrides)


def make_mention(item: MediaItemIngested | None = None, **overrides: Any) -> Mention:
    start = max((item or make_item()).text.find(SURFACE), 0)
    defaults = {
        "mention_id": "mention-1",
        "kind": MentionKind.GROUP,
        "ref_id": GROUP,
        "surface": SURFACE,
        "field": TextField.TEXT,
        "start": start,
        "end": start + len(SURFACE),
    }
    return built(Mention, defaults, overrides)


def make_place(number: int = 1, **overrides: Any) -> Place:
    defaults = {
        "place_id": f"xa-place-{number}",
        "name": "Tellun",
        "country": COUNTRY,
        "admin1": "XA-01",
        "lat": 4.25,
        "lon": 31.5,
        "score": 0.8,
    }
    return built(Place, defaults, overrides)


def make_quote(**overrides: Any) -> Quote:
    return built(Quote, {"start": 52, "end": 133, "speaker_role": "commentator"}, overrides)


def make_incident(number: int = 1, **overrides: Any) -> Incident:
    defaults = {
        "incident_id": f"incident-{number}",
        "plover_class": "THREATEN",
        "plover_mode": "violence",
        "cameo": "138",
        "goldstein": -7.0,
        "target": GROUP,
        "modality": Modality.REPORTED,
        "start": 52,
        "end": 133,
    }
    return built(Incident, defaults, overrides)


def make_story(number: int = 1, **overrides: Any) -> MediaStoryChanged:
    """Build a story whose only member is `make_item(number)`."""
    item = make_item(number)
    defaults = {
        "story_id": f"story-{number}",
        "revision": 1,
        "change": StoryChange.CREATED,
        "item_ids": [item.item_id],
        "member_count": 1,
        "content_clusters": 1,
        "outlet_counts": {OwnerKind.PRIVATE: 1},
        "countries": [COUNTRY],
        "languages": ["en"],
        "first_event_at": item.event_at,
        "last_event_at": item.event_at,
        "title_item_id": item.item_id,
    }
    return built(MediaStoryChanged, defaults, overrides)


def make_campaign(number: int = 1, **overrides: Any) -> MediaCampaignChanged:
    defaults = {
        "campaign_id": f"campaign-{number}",
        "revision": 1,
        "change": CampaignChange.CREATED,
        "item_ids": [make_item(n).item_id for n in range(number, number + 3)],
        "accounts": 3,
        "platforms": ["plaza"],
        "first_event_at": at(number),
        "last_event_at": at(number + 2),
        "shared_urls": ["https://plaza.example/p/1"],
        "similarity": 0.93,
        "co_posting_window_seconds": 60.0,
        "indicators": ["7.14"],
        "story_ids": [f"story-{number}"],
    }
    return built(MediaCampaignChanged, defaults, overrides)
