"""What a run's signals must satisfy, and how a broken promise is told."""

from deploy.demo.findings import Findings, find_faults
from tests.factories import make_signal

SIGNAL = make_signal()
IDS = {one.item_id for one in SIGNAL.evidence}


def test_signal_about_the_episode_is_no_fault() -> None:
    assert find_faults(Findings([SIGNAL], []), IDS) == []


def test_signal_about_ordinary_news_is_a_fault_once_however_often_it_was_revised() -> None:
    again = SIGNAL.model_copy(update={"revision": 2})
    faults = find_faults(Findings([SIGNAL, again], []), set())
    assert len(faults) == 1
    assert f"signal {SIGNAL.signal_id} is about ordinary news" in faults[0]


def test_revision_that_says_two_things_is_a_fault() -> None:
    other = SIGNAL.model_copy(update={"independent_owners": SIGNAL.independent_owners + 1})
    assert len(find_faults(Findings([SIGNAL, other], []), IDS)) == 1
