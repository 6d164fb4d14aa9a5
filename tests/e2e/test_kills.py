"""Services killed in the middle of their work: nothing is missing, nothing is said twice."""

import asyncio
from collections import Counter

import pytest

from deploy.demo.corpus import find_corpus
from deploy.demo.instance import Input
from deploy.demo.kills import Killer
from deploy.demo.run import KINDS, run
from deploy.local.paths import REPOSITORY
from tests.e2e.conftest import Install

# After each kill the broker waits for the dead member's session (20 s) before it hands over.
pytestmark = pytest.mark.timeout(900)

ARTICLES = 2000  # of a corpus, where there is one; the sample has what it has
KILLED = ("ingest", "analysis", "indexer")


def test_nothing_is_lost_or_said_twice_when_services_are_killed(install: Install) -> None:
    with install(Input(articles=ARTICLES)) as demonstration:
        demonstration.await_services()
        killer = Killer(demonstration, KILLED)
        outcome, _, alert = asyncio.run(run(demonstration, killer))

    if find_corpus(None, REPOSITORY) is not None:
        assert len(outcome.served) >= ARTICLES
    assert killer.finished
    assert Counter(name for name, _ in killer.kills) == dict.fromkeys(KILLED, 3)
    verdict = outcome.verdict
    assert verdict.passed, (verdict.missing, verdict.unexpected, verdict.refused)
    assert not verdict.excused
    assert {signal.rule.kind.value for signal in outcome.findings.latest.values()} == KINDS
    assert outcome.faults == []
    assert alert is not None
    sent = Counter((one.signal_id, one.revision) for one in outcome.findings.alerts)
    assert set(sent.values()) == {1}
