"""Sends what records hold ready, in the order in which it was decided.

Stored first, sent second, forgotten third: a crash between two of these repeats the later ones,
with the same event ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from services.alerts.record import Letter, Record
from services.alerts.store.signals import Signals
from shared import metrics
from shared.events import AlertReleased
from shared.publish import Outgoing, Publisher

CHANNEL = AlertReleased.TOPIC.name


@dataclass(frozen=True, slots=True)
class Outbox:
    """The way out of the records."""

    signals: Signals
    publisher: Publisher
    now: Callable[[], datetime]

    async def send(self, signal_ids: Iterable[str]) -> None:
        """Send whatever is ready for any of the signals."""
        found = await self.signals.find(signal_ids)
        waiting = [record for _, record in sorted(found.items()) if record.outbox]
        if not waiting:
            return
        letters = [letter for record in waiting for letter in record.outbox]
        claimed = {id(letter): await self._claim(letter) for letter in letters}
        going = [letter for letter in letters if claimed[id(letter)]]
        await self.publisher.publish([Outgoing(one.event, one.recorded_at) for one in going])
        for record in waiting:
            await self._settle(record)

    async def _claim(self, letter: Letter) -> bool:
        """Enter an alert in the ledger; signals are internal and need no entry."""
        alert = letter.event
        if not isinstance(alert, AlertReleased):
            return True
        name, now = _name(alert), self.now()
        return await self.signals.claim_notification(name, tell=letter.tell, now=now)

    async def _settle(self, record: Record) -> None:
        for letter in record.outbox:
            if isinstance(letter.event, AlertReleased):
                await self.signals.notified(_name(letter.event))
            else:
                metrics.SIGNAL_REVISIONS_TOTAL.labels(str(letter.event.change)).inc()
        await self.signals.clear_outbox(record)


def _name(alert: AlertReleased) -> str:
    return f"{alert.signal_id}|{CHANNEL}|{alert.revision}"
