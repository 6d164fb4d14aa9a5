"""The composed episode: forty invented items about an invented group, labelled as such.

Each item says what it is there to show and whether the analysis must count it, so that a test can
hold the shipped patterns to it. Nothing in it is about, or usable against, any real people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from deploy.demo.corpus import Text

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class EpisodeItem:
    """One composed item; `shows` names its part in the episode, `counts` what must be found."""

    outlet_id: str
    hours_before: float
    shows: str
    counts: bool
    text: Text


def read_episode() -> list[EpisodeItem]:
    """Read the episode, one YAML file a language, oldest first."""
    items = [item for path in sorted(FOLDER.glob("*.yaml")) for item in _read_file(path)]
    return sorted(items, key=lambda item: -item.hours_before)


def _read_file(path: Path) -> Iterator[EpisodeItem]:
    for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
        key = f"episode-{path.stem}-{number:02d}"
        body = "\n".join(row["paragraphs"])
        yield EpisodeItem(
            outlet_id=row["outlet"],
            hours_before=row["hours_before"],
            shows=row["shows"],
            counts=row["counts"],
            text=Text(key, path.stem, "politics", row["headline"], body),
        )
