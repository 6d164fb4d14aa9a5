"""Groups of items, each event the full state: a story is one happening, a campaign one effort."""

from typing import Annotated, ClassVar

from pydantic import Field

from shared import topics
from shared.events.event import Event
from shared.events.fields import Count, Country, Id, Quantity, Revision, Share, UtcTime
from shared.events.terms import CampaignChange, OwnerKind, StoryChange

MAX_MEMBERS = 5000  # larger groups keep their true size in a count of their own
Members = Annotated[tuple[Id, ...], Field(max_length=MAX_MEMBERS)]


class MediaStoryChanged(Event):
    """A story began, grew, joined another, split or came to rest."""

    TYPE: ClassVar[str] = "media.story.changed.v1"
    TOPIC: ClassVar[topics.Topic] = topics.MEDIA_STORIES

    story_id: Id
    revision: Revision
    change: StoryChange
    merged_into: Id | None = None
    split_from: Id | None = None
    item_ids: Members = ()
    member_count: Count
    content_clusters: Count
    """Different texts: a dispatch that ten outlets reprint counts once."""
    outlet_counts: dict[OwnerKind, Count] = Field(default_factory=dict)
    """Outlets by kind of owner; read-only by habit, as a mapping cannot be frozen."""
    countries: tuple[Country, ...] = ()
    languages: tuple[str, ...] = ()
    first_event_at: UtcTime
    last_event_at: UtcTime
    title_item_id: Id

    @property
    def subject(self) -> str:
        """The story."""
        return self.story_id

    @property
    def sequence(self) -> int:
        """The revision of the story."""
        return self.revision


class MediaCampaignChanged(Event):
    """Accounts that post the same things together were seen, were joined by more, or stopped."""

    TYPE: ClassVar[str] = "media.campaign.changed.v1"
    TOPIC: ClassVar[topics.Topic] = topics.MEDIA_CAMPAIGNS

    campaign_id: Id
    revision: Revision
    change: CampaignChange
    item_ids: Members = ()
    accounts: Count
    """How many pseudonyms took part; who they are is not told."""
    platforms: tuple[str, ...] = ()
    first_event_at: UtcTime
    last_event_at: UtcTime
    shared_urls: tuple[str, ...] = ()
    similarity: Share
    co_posting_window_seconds: Quantity
    indicators: tuple[str, ...] = ()
    narrative: str | None = None
    story_ids: tuple[Id, ...] = ()

    @property
    def subject(self) -> str:
        """The campaign."""
        return self.campaign_id

    @property
    def sequence(self) -> int:
        """The revision of the campaign."""
        return self.revision
