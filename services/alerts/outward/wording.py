"""The words in which an alert is told outside: what was said and by whom, never more.

Nothing here confirms or finds anything. An indicator whose text nobody has compared with the UN
document goes out by its number and our own short label, marked so.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from shared.events import AlertReleased, SignalStatus
from shared.taxonomy import Taxonomy, load_taxonomy

UNCHECKED = "text not checked"
STATES = {
    SignalStatus.RELEASED: "Assessed by two people",
    SignalStatus.UPDATED: "Updated",
    SignalStatus.CORRECTED: "Corrected",
    SignalStatus.WITHDRAWN: "Withdrawn",
    SignalStatus.CLOSED: "Closed",
}
NO_HARM = "Whether harm is likely has not been assessed."


@cache
def _taxonomy() -> Taxonomy:
    return load_taxonomy()


def label_of(indicator: str) -> str:
    """Return an indicator's number with our short label."""
    try:
        known = _taxonomy().indicator(indicator)
    except KeyError:
        return f"UN {indicator}"
    note = "" if known.source.checked else f" [{UNCHECKED}]"
    return f"UN {indicator} {known.label.text('en')}{note}"


def headline_of(alert: AlertReleased) -> str:
    """Return one line: state, country, and which indicators a passage may match."""
    about = alert.situation
    codes = ", ".join(f"UN {one}" for one in about.indicators) or "an indicator"
    exercise = "EXERCISE. " if alert.exercise else ""
    state = STATES.get(alert.status, "Changed")
    what = "passages that may match" if alert.evidence_count else "a situation that may match"
    return f"{exercise}{state}: {about.country}, {what} {codes}"


def lines_of(alert: AlertReleased) -> Iterator[str]:
    """Yield the whole of an alert as sentences, the gravest first."""
    about = alert.situation
    if alert.correction_reason:
        yield alert.correction_reason
    yield f"Country {about.country}, {about.window_from_at:%d %B %Y} (UTC)."
    yield from (f"May match {label_of(one)}." for one in about.indicators)
    yield (
        f"{alert.evidence_count} passages in {alert.independent_texts} different texts of media of"
        f" {alert.independent_owners} independent owners."
    )
    yield f"That this was said: {alert.certainty_said}."
    yield f"That harm follows: {alert.certainty_harm}." if alert.certainty_harm else NO_HARM
    if alert.late_by_seconds:
        yield f"Late: said {alert.late_by_seconds / 86_400:.0f} days before it reached us."
    base = alert.baseline
    if base.probability is not None:
        yield (
            f"Seen {base.observed:g}, usual {base.expected:.2g}; chance of so many without a"
            f" change {base.probability:.2g}."
        )


def passages_of(alert: AlertReleased, most: int = 10) -> Iterator[str]:
    """Yield the first passages with outlet and time, each as its source has it."""
    for one in alert.evidence[:most]:
        where = f" {one.url}" if one.url else ""
        yield f"{one.outlet_id}, {one.event_at:%Y-%m-%d %H:%M} UTC: \u201c{one.quote}\u201d{where}"
