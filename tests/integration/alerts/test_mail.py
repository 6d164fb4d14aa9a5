"""Alerts by mail, handed to a real server: at once and gathered, never twice, ends included."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from lxml import etree

from services.alerts.outward.sending import LEASE
from shared.events import Decision, Digest, QuietHours, Severity, SubscriptionFilter
from shared.settings import Settings
from tests.factories import make_matched_analysis, make_subscription
from tests.integration.alerts.conftest import Desk
from tests.integration.alerts.outward import free_port, mail_server, sender
from tests.integration.alerts.reviewing import released, review


async def test_a_released_alert_is_mailed_once_whatever_restarts(
    desk: Desk, settings: Settings
) -> None:
    await desk.deliver(make_subscription())
    await desk.deliver(make_matched_analysis())
    with mail_server(free_port()) as box:
        async with sender(settings, desk, smtp_port=box.port) as sending:
            await sending.run()
            assert box.mails == []  # nothing leaves before two people let it
            await released(desk)
            await sending.run()
            await sending.run()
        async with sender(settings, desk, smtp_port=box.port) as restarted:
            await restarted.run()

    ((to, mail),) = box.mails
    assert to == ["reader-1@ministry.example"]
    assert "may match UN 11.4" in str(mail["Subject"])
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "application/cap+xml"]
    (cap,) = list(mail.iter_attachments())
    assert etree.fromstring(cap.get_payload(decode=True)).tag.endswith("}alert")


async def test_a_server_that_is_away_gets_it_when_it_is_back(
    desk: Desk, settings: Settings
) -> None:
    port = free_port()
    await desk.deliver(make_subscription())
    await released(desk)
    async with sender(settings, desk, smtp_port=port) as sending:
        await sending.run()
        desk.time[0] += timedelta(minutes=10)
        with mail_server(port) as box:
            box.refusal = "451 try again later"
            await sending.run()
            assert box.mails == []
            box.refusal = None
            desk.time[0] += timedelta(hours=1)
            await sending.run()
            desk.time[0] += timedelta(days=9)
            await sending.run()

        assert len(box.mails) == 1
        assert set((await sending.deliveries.states()).values()) == {"sent"}


async def test_a_refusal_for_good_is_not_repeated(desk: Desk, settings: Settings) -> None:
    await desk.deliver(make_subscription())
    await released(desk)
    with mail_server(free_port()) as box:
        box.refusal = "554 no such thing here"
        async with sender(settings, desk, smtp_port=box.port) as sending:
            await sending.run()
            assert set((await sending.deliveries.states()).values()) == {"refused"}


async def test_a_mail_that_was_interrupted_is_not_sent_again(
    desk: Desk, settings: Settings
) -> None:
    await desk.deliver(make_subscription())
    await released(desk)
    with mail_server(free_port()) as box:
        async with sender(settings, desk) as without_server:
            await without_server.run()  # no server is set: nobody can be reached by mail
            assert await without_server.deliveries.states() == {}
        async with sender(settings, desk, smtp_port=box.port) as sending:
            await released_again(desk)
            await sending._plan()
            (due,) = await sending.deliveries.due(desk.time[0])
            assert await sending.deliveries.claim(due.telling.name, desk.time[0] + LEASE)
            desk.time[0] += 2 * LEASE
            await sending.run()

            assert set((await sending.deliveries.states()).values()) == {"unsure"}
    assert box.mails == []


async def released_again(desk: Desk) -> None:
    """Withdraw: a further revision that is told."""
    await desk.deliver(review(desk, 1, decision=Decision.WITHDRAW))


async def test_a_digest_gathers_a_day(desk: Desk, settings: Settings) -> None:
    await desk.deliver(make_subscription(digest=Digest.DAILY))
    await released(desk)
    await released_again(desk)
    with mail_server(free_port()) as box:
        async with sender(settings, desk, smtp_port=box.port) as sending:
            await sending.run()
            assert box.mails == []
            desk.time[0] += timedelta(days=1)
            await sending.run()

    ((_, mail),) = box.mails
    assert str(mail["Subject"]) == "2 alerts: XA"


async def test_a_withdrawal_reaches_everyone_whom_the_alert_reached(
    desk: Desk, settings: Settings
) -> None:
    extreme = SubscriptionFilter(severities=(Severity.SEVERE,))
    await desk.deliver(make_subscription(1, filter=extreme))
    await desk.deliver(make_subscription(2, filter=SubscriptionFilter(countries=("XB",))))
    await released(desk)
    with mail_server(free_port()) as box:
        async with sender(settings, desk, smtp_port=box.port) as sending:
            await sending.run()
            none = SubscriptionFilter(countries=("XB",))
            await desk.deliver(make_subscription(1, filter=none))
            await released_again(desk)
            await sending.run()

    subjects = [(to, str(mail["Subject"]).split(":")[0]) for to, mail in box.mails]
    reader = ["reader-1@ministry.example"]
    assert subjects == [(reader, "Assessed by two people"), (reader, "Withdrawn")]


async def test_quiet_hours_wait_for_the_morning(desk: Desk, settings: Settings) -> None:
    quiet = QuietHours(start="05:00", end="08:00", timezone="UTC")
    await desk.deliver(make_subscription(quiet_hours=quiet))
    await released(desk)
    with mail_server(free_port()) as box:
        async with sender(settings, desk, smtp_port=box.port) as sending:
            await sending.run()
            assert box.mails == []
            desk.time[0] = desk.time[0].replace(hour=8, minute=0)
            await sending.run()
    assert len(box.mails) == 1


async def test_files_hold_what_left_and_the_public_ones_only_what_is_public(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    await desk.deliver(make_matched_analysis())
    async with sender(settings, desk, folder=tmp_path) as sending:
        await sending.run()
        assert files_in(tmp_path) == []
        await released(desk)
        await sending.run()
        left = files_in(tmp_path)

    (alert,) = desk.alerts
    name = f"{alert.signal_id}.{alert.revision}"
    wanted = [f"partners/cap/{name}.xml", f"partners/stix/{name}.json", "public/atom/all.atom"]
    assert left == wanted
    assert b"<entry>" not in (tmp_path / "public" / "atom" / "all.atom").read_bytes()


def files_in(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*.*"))
