"""The closed vocabularies of the contracts.

Each has `unknown`: a consumer that meets a value of a newer producer reads it as that instead of
failing. No decision that frees or sends something may follow from `unknown`.
"""

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A word of a vocabulary; any text outside it reads as `unknown`."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return cls["UNKNOWN"] if isinstance(value, str) else None


class OwnerKind(Term):
    """Who owns an outlet."""

    STATE = "state"
    PRIVATE = "private"
    PUBLIC_SERVICE = "public_service"
    PARTY = "party"
    RELIGIOUS = "religious"
    COMMUNITY = "community"
    ARMED_GROUP = "armed_group"
    UN_OR_MISSION = "un_or_mission"
    UNKNOWN = "unknown"


class OutletBase(Term):
    """Where an outlet works from, seen from the country whose people it addresses."""

    DOMESTIC = "domestic"
    EXILE = "exile"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


class Medium(Term):
    """How an outlet reaches its public."""

    NEWSPAPER = "newspaper"
    RADIO = "radio"
    TELEVISION = "television"
    ONLINE = "online"
    SOCIAL = "social"
    AGENCY = "agency"
    UNKNOWN = "unknown"


class OutletStatus(Term):
    """What the registry says of an outlet: watched, set aside for now, or given up."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Health(Term):
    """What an outlet's output looks like beside what was expected of it."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    SILENT = "silent"
    SURGING = "surging"
    FAILING = "failing"
    UNKNOWN = "unknown"


class SourceKind(Term):
    """The way by which an outlet's items come in."""

    FEED = "feed"
    PAGE = "page"
    SITEMAP = "sitemap"
    BROADCAST = "broadcast"
    SOCIAL = "social"
    ARCHIVE = "archive"
    MAIL = "mail"
    SCAN = "scan"
    MANUAL = "manual"
    UNKNOWN = "unknown"


class EventAtSource(Term):
    """Where the event time was read."""

    FEED = "feed"
    PAGE = "page"
    HEADER = "header"
    ARRIVAL = "arrival"
    MANUAL = "manual"
    UNKNOWN = "unknown"


class Collection(Term):
    """Why an item arrived when it did; only `backfill` never raises a signal."""

    LIVE = "live"
    CATCHUP = "catchup"
    BACKFILL = "backfill"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"


class Heard(Term):
    """How the words of the item became text."""

    READ = "read"
    TRANSCRIBED = "transcribed"
    LISTENED = "listened"
    UNHEARD = "unheard"
    UNKNOWN = "unknown"


class TextField(Term):
    """Which text of the item the offsets count in."""

    TITLE = "title"
    TEXT = "text"
    UNKNOWN = "unknown"


class MentionKind(Term):
    """What sort of thing a mention names."""

    GROUP = "group"
    ACTOR = "actor"
    PUBLIC_PERSON = "public_person"
    ORGANISATION = "organisation"
    PLACE = "place"
    UNKNOWN = "unknown"


class Modality(Term):
    """Whether an incident is told as having happened."""

    REPORTED = "reported"
    NEGATED = "negated"
    FUTURE = "future"
    HYPOTHETICAL = "hypothetical"
    PAST = "past"
    UNKNOWN = "unknown"


class Voice(Term):
    """Whose words a matched passage is."""

    OUTLET = "outlet"
    OFFICIAL = "official"
    ARMED_PARTY = "armed_party"
    CALLER = "caller"
    COMMENTATOR = "commentator"
    OTHER = "other"
    UNKNOWN = "unknown"


class StoryChange(Term):
    """What happened to a story at this revision."""

    CREATED = "created"
    GROWN = "grown"
    MERGED = "merged"
    SPLIT = "split"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class CampaignChange(Term):
    """What happened to a campaign at this revision."""

    CREATED = "created"
    GROWN = "grown"
    CLOSED = "closed"
    UNKNOWN = "unknown"
