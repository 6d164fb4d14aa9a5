"""What the signals and alerts of a run must satisfy, whatever was killed meanwhile.

One situation has one signal, a revision says one thing however often it was sent, all evidence is
of the composed episode (ordinary news raises nothing), and nothing is on the topic of alerts that
two different people did not release.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from deploy.demo.records import read_topic
from shared.events import AlertReleased, SignalRevised, decode
from shared.settings import Settings
from shared.topics import ALERTS, SIGNALS

KEYS_FOR_A_RELEASE = 2


@dataclass(frozen=True, slots=True)
class Findings:
    """Every revision of every signal and alert, in the order of each signal's own topic."""

    signals: Sequence[SignalRevised]
    alerts: Sequence[AlertReleased]

    @property
    def latest(self) -> dict[str, SignalRevised]:
        """The newest revision of each signal."""
        ordered = sorted(self.signals, key=lambda signal: signal.revision)
        return {signal.signal_id: signal for signal in ordered}

    @property
    def released(self) -> set[str]:
        """Which signals are alerts."""
        return {alert.signal_id for alert in self.alerts}


async def read_findings(settings: Settings) -> Findings:
    """Read all signals and alerts from their topics."""
    signals = await read_topic(settings, SIGNALS)
    alerts = await read_topic(settings, ALERTS)
    return Findings(
        [decode(SignalRevised, record.value) for record in signals if "ce_id" in record.headers],
        [decode(AlertReleased, record.value) for record in alerts if "ce_id" in record.headers],
    )


def find_faults(findings: Findings, episode: AbstractSet[str]) -> list[str]:
    """Name every broken promise in a sentence; an empty list is what a run must have.

    *episode* are the ids of the composed items.
    """
    return [
        *_evidence_outside(findings.signals, episode),
        *_situations_raised_twice(findings.latest.values()),
        *_revisions_that_differ(findings.signals),
        *_alerts_not_released_by_two(findings.alerts),
    ]


def _evidence_outside(signals: Iterable[SignalRevised], episode: AbstractSet[str]) -> list[str]:
    strangers: dict[str, set[str]] = defaultdict(set)
    for signal in signals:
        about = {one.item_id: one.url or one.item_id for one in signal.evidence}
        strangers[signal.signal_id] |= {url for one, url in about.items() if one not in episode}
    return [
        f"signal {signal_id} is about ordinary news: {', '.join(sorted(urls))}"
        for signal_id, urls in strangers.items()
        if urls
    ]


def _situations_raised_twice(signals: Iterable[SignalRevised]) -> list[str]:
    ids: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for signal in signals:
        about = signal.situation
        key = (signal.rule.rule_id, about.country, about.target_group_id, about.story_ids)
        ids[*key, about.window_from_at].add(signal.signal_id)
    return [
        f"{len(found)} signals for one situation: {', '.join(sorted(found))}"
        for found in ids.values()
        if len(found) > 1
    ]


def _revisions_that_differ(signals: Iterable[SignalRevised]) -> list[str]:
    said: dict[tuple[str, int], set[str]] = defaultdict(set)
    for signal in signals:
        said[signal.signal_id, signal.revision].add(signal.model_dump_json())
    return [
        f"signal {signal_id} says {len(found)} different things in revision {revision}"
        for (signal_id, revision), found in said.items()
        if len(found) > 1
    ]


def _alerts_not_released_by_two(alerts: Iterable[AlertReleased]) -> list[str]:
    return [
        f"alert {alert.signal_id} left the house with fewer than two keys"
        for alert in alerts
        if len({approval.actor_id for approval in alert.release.approvals}) < KEYS_FOR_A_RELEASE
    ]
