"""An item with everything that the analysis made of it: alerts and portal join nothing."""

import warnings
from typing import ClassVar

from shared import topics
from shared.events.event import Event
from shared.events.fields import Count, Country, Id, Share, UtcTime
from shared.events.findings import (
    Copy,
    Incident,
    LanguageSpan,
    Match,
    Mention,
    Place,
    Quote,
    ScorePart,
)
from shared.events.item import MediaItemIngested

GENERATIONS = 1_000_000  # model generations that fit between two revisions of an item


def analysis_sequence(revision: int, generation: int) -> int:
    """Return the order of an analysis: a newer text first, then a newer model."""
    if not 0 <= generation < GENERATIONS:
        raise ValueError(f"a model generation lies between 0 and {GENERATIONS - 1}")
    return revision * GENERATIONS + generation


# The contract says `copy`, which is also a method that pydantic has deprecated in favour of
# `model_copy`. Hiding that method is meant, and pydantic has no quieter way to say so.
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message='Field name "copy"', category=UserWarning)

    class MediaItemAnalysed(Event):
        """One revision of an item was read by one version of the analysis."""

        TYPE: ClassVar[str] = "media.item.analysed.v1"
        TOPIC: ClassVar[topics.Topic] = topics.MEDIA_ANALYSES

        analysis_id: Id
        analysis_version: str
        analysis_sequence: Count
        analysed_at: UtcTime
        item: MediaItemIngested
        language: str
        languages: tuple[LanguageSpan, ...] = ()
        readable: bool
        """False where no desk reads the language: counted as unread, not as nothing found."""
        copy: Copy  # type: ignore[assignment]  # the contract's word, see above
        mentions: tuple[Mention, ...] = ()
        places: tuple[Place, ...] = ()
        incident_countries: tuple[Country, ...] = ()
        quotes: tuple[Quote, ...] = ()
        incidents: tuple[Incident, ...] = ()
        matches: tuple[Match, ...] = ()
        score: Share
        score_parts: tuple[ScorePart, ...] = ()

        @property
        def subject(self) -> str:
            """The item."""
            return self.item.item_id

        @property
        def sequence(self) -> int:
            """Revision and model generation together."""
            return self.analysis_sequence
