"""Measures the patterns on their own examples: `python -m services.analysis.evaluate`.

The examples and hard negatives are composed, so the figures say that the patterns do
what their authors meant, not how well they read a newspaper. Bad rows come first.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from services.analysis.analyse import Reader, analyse, create_reader
from services.analysis.catalogue import Language, load_catalogue, load_silent
from services.analysis.desks import load_desk
from shared.events import (
    Collection,
    EventAtSource,
    Extraction,
    Heard,
    Match,
    MediaItemIngested,
    Medium,
    Outlet,
    OutletBase,
    OwnerKind,
    Source,
    SourceKind,
)
from shared.ids import text_sha256
from shared.settings import load_settings

DESK = "xa.yaml"  # the examples are about its invented groups


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence, what should match in it (None: nothing) and what did."""

    language: str
    name: str
    text: str
    wanted: str | None
    matches: tuple[Match, ...]

    @property
    def good(self) -> bool:
        """Say whether exactly the wanted indicator matched, and nothing spoke against it."""
        found = {match.indicator for match in self.matches}
        lowered = any(match.lowered for match in self.matches)
        return found == ({self.wanted} if self.wanted else set()) and not lowered


def evaluate(language: Language, reader: Reader) -> list[Row]:
    """Read every example and hard negative of *language*."""
    code = language.code
    rows = [
        Row(code, pattern.id, text, pattern.indicator, _matches(text, code, reader))
        for pattern in language.patterns
        for text in pattern.examples
    ]
    silent = load_silent(code)
    return rows + [
        Row(code, f"{indicator} {one['why']}", text, None, _matches(text, code, reader))
        for indicator, entries in silent.items()
        for one in entries
        for text in [one["text"]]
    ]


def main() -> int:
    """Print the bad rows and a line a language, write the figures; 1 if any row is bad."""
    started_at = datetime.now(UTC)
    settings = load_settings()
    reader = create_reader(load_desk(settings.config_dir / "desks" / DESK))
    rows = {code: evaluate(one, reader) for code, one in load_catalogue().items()}
    bad = [row for one in rows.values() for row in one if not row.good]
    for row in bad:
        found = [(match.rule_id, match.strength) for match in row.matches]
        _say(f"bad  {row.language}  {row.name}: {row.text}  wanted {row.wanted}, found {found}")
    figures = {code: _figures(one) for code, one in rows.items()}
    for code, one in figures.items():
        _say(f"{code}  " + "  ".join(f"{name} {value}" for name, value in one.items()))
    _write(settings.state_dir / "results" / "evaluation.json", figures, started_at)
    return 1 if bad else 0


def _matches(text: str, language: str, reader: Reader) -> tuple[Match, ...]:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return analyse(_item(text, language, now), reader, now).matches


def _item(text: str, language: str, now: datetime) -> MediaItemIngested:
    outlet = Outlet(
        outlet_id="evaluation",
        name="Evaluation",
        country="XA",
        owner_kind=OwnerKind.UNKNOWN,
        base=OutletBase.UNKNOWN,
        medium=Medium.UNKNOWN,
        languages=(language,),
    )
    return MediaItemIngested(
        item_id=sha256(text.encode()).hexdigest()[:32],
        revision=1,
        outlet=outlet,
        source=Source(source_id="evaluation", kind=SourceKind.MANUAL),
        text=text,
        text_sha256=text_sha256(text),
        event_at=now,
        event_at_source=EventAtSource.MANUAL,
        fetched_at=now,
        collection=Collection.SUBMITTED,
        heard=Heard.READ,
        extraction=Extraction(tool="none", version="0", method="none"),
    )


def _figures(rows: Sequence[Row]) -> dict[str, int]:
    positive = [row for row in rows if row.wanted]
    negative = [row for row in rows if not row.wanted]
    return {
        "positives_found": sum(row.good for row in positive),
        "positives": len(positive),
        "negatives_silent": sum(row.good for row in negative),
        "negatives": len(negative),
    }


def _write(path: Path, figures: dict[str, dict[str, int]], started_at: datetime) -> None:
    """Add the figures to the file, which other measures of the analysis share."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    command = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    content |= {
        "commit": commit.stdout.strip() or None,
        "machine": platform.platform(),
        "started_at": started_at.isoformat(),
        "patterns": figures,
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    print(line)  # noqa: T201 - this is a command for people


if __name__ == "__main__":
    sys.exit(main())
