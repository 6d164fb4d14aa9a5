"""From a report to what the archive's index holds of it: the words of its last edition."""

from __future__ import annotations

from collections import defaultdict

from services.portal.accounts.visibility import Visibility
from services.portal.desk.model import Edition, Report
from services.portal.indexer.analyzers import field_language
from shared.mongo import Document


def report_document(document: Document) -> Document:
    """Return what the index holds of a report: nothing but its place until it is published."""
    report = Report.model_validate(document)
    edition = report.published
    seen_by = Visibility(frozenset({report.country}), removed=edition is None)
    fields = seen_by.fields() | {"report_id": report.report_id, "country": report.country}
    return fields if edition is None else fields | _published(report, edition)


def _published(report: Report, edition: Edition) -> Document:
    return {
        "week": report.week,
        "published_on": report.days.first.isoformat(),
        "published_at": edition.published_at.isoformat(),
        "edition": edition.number,
        "corrected": bool(report.notices),
        "topics": list(edition.topics),
        "entries": len(edition.clips),
    } | _texts(report, edition)


def _texts(report: Report, edition: Edition) -> Document:
    """Return the words by language, so that each is found by its own analysis."""
    texts: dict[str, list[str]] = defaultdict(list)
    own = f"text_{field_language(report.language)}"
    texts[own] += [*edition.topics, *edition.not_read]
    for clip in edition.clips:
        texts[f"text_{field_language(clip.language)}"] += [clip.headline, clip.passage]
        texts[own] += [clip.outlet_name, clip.note]
        if clip.translation:
            texts[own] += [clip.translation.headline, clip.translation.passage]
    return {field: [one for one in values if one] for field, values in texts.items()}
