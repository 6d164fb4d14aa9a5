"""Sends what records hold ready, in the order in which it was decided.

Stored first, sent second, forgotten third: a crash between two of these repeats the later ones,
with the same event ids. One worker sends at a time: within a process by a lock, among replicas by
a lease in the ledger, which runs out if its holder dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from services.alerts.record import Letter, Record
from services.alerts.store.deliveries import Deliveries
from services.alerts.store.ledger import Claim, Lease, Ledger
from services.alerts.store.signals import Signals
from shared import metrics
from shared.events import AlertReleased
from shared.publish import Outgoing, Publisher

CHANNEL = AlertReleased.TOPIC.name
# Longer than a publish takes before it gives up, so that a lease runs out with the dead alone.
LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Outbox:
    """The way out of the records."""

    signals: Signals
    ledger: Ledger
    deliveries: Deliveries
    publisher: Publisher
    now: Callable[[], datetime]
    holder: str = field(default_factory=lambda: uuid4().hex)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, signal_ids: Iterable[str]) -> None:
        """Send whatever is ready for any of the signals, unless another worker is about to."""
        async with self.lock:
            await self._send(signal_ids)

    async def _send(self, signal_ids: Iterable[str]) -> None:
        found = await self.signals.find(signal_ids)
        going: list[Letter] = []
        claimed: list[Record] = []
        for record in (record for _, record in sorted(found.items()) if record.outbox):
            letters = await self._claim(record)
            if letters is not None:
                going += letters
                claimed.append(record)
        if going:
            await self.publisher.publish([Outgoing(one.event, one.recorded_at) for one in going])
        for record in claimed:
            await self._settle(record)

    async def _claim(self, record: Record) -> list[Letter] | None:
        """Return what is still to be sent; None where another worker holds an alert of it.

        It is looked at again when that lease has run out. Signals are internal: sent twice as
        the same event they need no claim.
        """
        going = []
        for letter in record.outbox:
            claim = await self._claim_alert(letter)
            if claim is Claim.THEIRS:
                at = self.now() + LEASE
                await self.signals.look_again(record.question.signal_id, at)
                return None
            if claim is Claim.OURS:
                going.append(letter)
        return going

    async def _claim_alert(self, letter: Letter) -> Claim:
        if not isinstance(letter.event, AlertReleased):
            return Claim.OURS
        lease = Lease(self.holder, self.now(), self.now() + LEASE)
        return await self.ledger.claim(_name(letter.event), lease, tell=letter.tell)

    async def _settle(self, record: Record) -> None:
        for letter in record.outbox:
            if isinstance(letter.event, AlertReleased):
                await self.deliveries.release(letter.event, tell=letter.tell)
                await self.ledger.sent(_name(letter.event))
            else:
                metrics.SIGNAL_REVISIONS_TOTAL.labels(str(letter.event.change)).inc()
        await self.signals.clear_outbox(record)


def _name(alert: AlertReleased) -> str:
    return f"{alert.signal_id}|{CHANNEL}|{alert.revision}"
