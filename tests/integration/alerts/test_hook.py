"""Alerts by webhook: signed, tried again with the same id, and never to an address of ours."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest

from shared.events import Channel, SubscriptionChanged
from shared.settings import Settings
from tests.factories import make_subscription
from tests.integration.alerts.conftest import Desk
from tests.integration.alerts.outward import KEY, receiver, sender
from tests.integration.alerts.reviewing import released


def hooked() -> SubscriptionChanged:
    return make_subscription(channel=Channel.WEBHOOK, address_ref="hook")


async def test_a_webhook_is_a_signed_cloudevent(desk: Desk, settings: Settings) -> None:
    await desk.deliver(hooked())
    await released(desk)
    async with receiver() as hook, sender(settings, desk, hook=hook) as sending:
        await sending.run()
        await sending.run()

    ((headers, body),) = hook.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = b64encode(hmac.new(KEY, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    event = json.loads(body)
    assert (event["specversion"], event["type"]) == ("1.0", "alert.released.v1")
    assert event["data"]["signal_id"] == desk.alerts[0].signal_id


@pytest.mark.parametrize("status", [500, 302, 429])
async def test_a_receiver_that_fails_is_tried_again_with_the_same_id(
    desk: Desk, settings: Settings, status: int
) -> None:
    await desk.deliver(hooked())
    await released(desk)
    async with receiver() as hook, sender(settings, desk, hook=hook) as sending:
        hook.status = status
        for _ in range(3):
            await sending.run()
            desk.time[0] += timedelta(hours=1)
        hook.status = 200
        desk.time[0] += timedelta(hours=6)
        await sending.run()
        await sending.run()

    assert len({headers["webhook-id"] for headers, _ in hook.got}) == 1
    assert len(hook.got) == 4


async def test_a_receiver_that_is_gone_or_never_answers_is_given_up(
    desk: Desk, settings: Settings
) -> None:
    await desk.deliver(hooked())
    await released(desk)
    async with receiver() as hook, sender(settings, desk, hook=hook) as sending:
        hook.status = 500
        for _ in range(12):
            await sending.run()
            desk.time[0] += timedelta(days=1)
        assert set((await sending.deliveries.states()).values()) == {"refused"}
    assert len(hook.got) == 10


async def test_an_address_of_ours_is_never_connected(desk: Desk, settings: Settings) -> None:
    await desk.deliver(hooked())
    await released(desk)
    async with receiver() as hook, sender(settings, desk, hook=hook, guarded=True) as sending:
        await sending.run()
        assert set((await sending.deliveries.states()).values()) == {"waiting"}
    assert hook.got == []
