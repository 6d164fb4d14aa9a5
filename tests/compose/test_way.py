"""From the recorded outlets to a released alert, through the very containers of operators."""

import pytest

from deploy.check.killer import AROUND, ENGINES_AND_SERVICES
from deploy.demo.release import list_signals, signed_in
from deploy.demo.run import KINDS
from tests.compose.conftest import Booted, Finished


def test_every_set_of_items_is_equal(finished: Finished) -> None:
    verdict = finished.outcome.verdict
    assert verdict.passed, (verdict.missing, verdict.unexpected, verdict.refused)
    assert len(finished.outcome.served) == len(finished.outcome.stops.published) > 100


def test_every_container_was_killed_while_items_flowed(finished: Finished, faults: bool) -> None:
    if not faults:
        pytest.skip("containers are killed with FAULTS=1")
    assert finished.killer.under_way(ENGINES_AND_SERVICES) == list(ENGINES_AND_SERVICES)
    assert set(finished.killer.killed) == {*ENGINES_AND_SERVICES, *AROUND}


def test_both_rules_raised_signals_and_no_promise_was_broken(finished: Finished) -> None:
    signals = finished.outcome.findings.latest.values()
    assert {signal.rule.kind.value for signal in signals} == KINDS
    assert not finished.outcome.faults


def test_an_alert_is_what_two_people_released(finished: Finished) -> None:
    assert finished.alert is not None
    findings = finished.outcome.findings
    assert findings.released == {finished.alert["signal_id"]}
    for alert in findings.alerts:
        assert len({approval.actor_id for approval in alert.release.approvals}) == 2


@pytest.mark.parametrize("query", ["dye works", "Kelvaris", "الكلفاريون", "Wakelvari"])
async def test_items_are_found_through_the_proxy(
    booted: Booted, finished: Finished, query: str
) -> None:
    async with signed_in(booted.portal, finished.people[0]) as http:
        answer = await http.get("/api/v1/search", params={"q": query})
        assert (await answer.json())["total"] > 0
        assert await list_signals(http, "alerts")
