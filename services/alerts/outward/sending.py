"""Takes what left to whoever asked for it: plans, tells, and looks after what was interrupted.

Each step is entered before it is done. A mail that was interrupted while it was handed over is
not sent again, because it may have arrived; it is counted as unsure, and the log names it. A
webhook is posted again: its receiver knows the repetition by its id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from services.alerts.outward.cap import Issuer
from services.alerts.outward.files import write_files
from services.alerts.outward.hook import request_of
from services.alerts.outward.mail import mail_of
from services.alerts.outward.outcome import Outcome, next_attempt
from services.alerts.outward.recipients import Recipients
from services.alerts.outward.subscribing import Telling, tellings_of
from services.alerts.outward.transport import Poster, SmtpServer
from services.alerts.store.deliveries import WAITING, Deliveries, Due
from services.alerts.store.people import People
from shared import metrics
from shared.events import Channel, Digest

# Longer than any attempt takes before it gives up.
LEASE = timedelta(minutes=2)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sending:
    """What telling needs: the stores, the addresses, the ways out, and the clock."""

    people: People
    deliveries: Deliveries
    recipients: Recipients
    issuer: Issuer
    smtp: SmtpServer | None
    poster: Poster
    publish_dir: Path | None
    now: Callable[[], datetime]

    async def run(self) -> None:
        """Do whatever is to be done now; doing it again does nothing more."""
        await self._plan()
        await self._write()
        for one in await self.deliveries.interrupted(self.now()):
            mail = one.telling.subscription.channel is Channel.EMAIL
            await self._settle(one, Outcome.UNSURE if mail else Outcome.LATER)
        for together in _together(await self.deliveries.due(self.now())):
            await self._tell(together)

    async def _plan(self) -> None:
        """Enter whom to tell of what left, in the order in which it left."""
        for name, alert in (await self.deliveries.released({"planned": False})).items():
            reached = await self.deliveries.reached(alert.signal_id)
            subscriptions = await self.people.subscriptions()
            tellings = tellings_of(alert, subscriptions, reached, self.now())
            await self.deliveries.plan([one for one in tellings if self._reachable(one)])
            await self.deliveries.done(name, "planned")

    def _reachable(self, one: Telling) -> bool:
        """Whether there is an address and a way to it; the operator is told where there is none."""
        reference = one.subscription.address_ref
        by_mail = self.smtp is not None and reference in self.recipients.mail
        known: Mapping[Channel, bool] = {
            Channel.EMAIL: by_mail,
            Channel.WEBHOOK: reference in self.recipients.hooks,
        }
        reachable = known.get(one.subscription.channel, False)
        if not reachable:
            log.warning("alerts.unreachable", subscription=one.subscription.subscription_id)
        return reachable

    async def _write(self) -> None:
        waiting = await self.deliveries.released({"written": False})
        if not waiting:
            return
        if self.publish_dir is not None:
            every = await self.deliveries.released({})
            write_files(self.publish_dir, list(every.values()), self.issuer)
        for name in waiting:
            await self.deliveries.done(name, "written")

    async def _tell(self, together: Sequence[Due]) -> None:
        until = self.now() + LEASE
        ours = [one for one in together if await self.deliveries.claim(one.telling.name, until)]
        if not ours:
            return
        outcome = await self._attempt([one.telling for one in ours])
        for one in ours:
            await self._settle(one, outcome, attempts=one.attempts + 1)

    async def _attempt(self, tellings: Sequence[Telling]) -> Outcome:
        subscription = tellings[0].subscription
        reference = subscription.address_ref
        if subscription.channel is Channel.WEBHOOK:
            hook = self.recipients.hooks.get(reference)
            if hook is None:
                return Outcome.LATER
            request = request_of(tellings[0].alert, hook.key, self.now())
            return await self.poster.post(hook.url, request)
        address = self.recipients.mail.get(reference)
        if self.smtp is None or address is None:
            return Outcome.LATER
        name = "|".join(one.name for one in tellings)
        alerts = [one.alert for one in tellings]
        return await self.smtp.send(mail_of(alerts, name, self.issuer, address, self.now()))

    async def _settle(self, one: Due, outcome: Outcome, attempts: int | None = None) -> None:
        channel = one.telling.subscription.channel
        metrics.TELLINGS_TOTAL.labels(str(channel), str(outcome)).inc()
        again = next_attempt(attempts or one.attempts, self.now())
        if outcome is Outcome.LATER and again is not None:
            await self.deliveries.settle(one.telling.name, WAITING, again)
            return
        ended = Outcome.REFUSED if outcome is Outcome.LATER else outcome
        await self.deliveries.settle(one.telling.name, ended, self.now())
        if ended is not Outcome.SENT:
            log.error("alerts.not_told", telling=one.telling.name, outcome=str(ended))


def _together(due: Sequence[Due]) -> list[list[Due]]:
    """Gather what one subscriber asked to have gathered; all else goes one by one."""
    gathered: dict[str, list[Due]] = defaultdict(list)
    for one in due:
        subscription = one.telling.subscription
        mail = subscription.channel is Channel.EMAIL
        digest = mail and subscription.digest in (Digest.DAILY, Digest.WEEKLY)
        gathered[subscription.subscription_id if digest else one.telling.name].append(one)
    return list(gathered.values())
