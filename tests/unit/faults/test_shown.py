"""The list of faults says what there is: every scenario once or more, and tests that exist."""

import pytest

from deploy.faults.__main__ import SCENARIOS
from deploy.faults.shown import FAULTS, Fault
from deploy.local.paths import REPOSITORY

DOCUMENT = (REPOSITORY / "docs" / "faults.md").read_text(encoding="utf-8")


def test_every_scenario_shows_a_fault() -> None:
    assert {name for fault in FAULTS for name in fault.scenarios} == set(SCENARIOS)


def test_numbers_have_no_gap() -> None:
    assert [fault.number for fault in FAULTS] == list(range(1, len(FAULTS) + 1))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.number))
def test_fault_is_shown_by_what_exists_or_is_open(fault: Fault) -> None:
    assert fault.scenarios or fault.tests or fault.open
    for place in fault.tests:
        file, _, name = place.partition("::")
        assert f"def {name}" in (REPOSITORY / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.number))
def test_document_names_where_the_fault_is_shown(fault: Fault) -> None:
    (row,) = (line for line in DOCUMENT.splitlines() if line.startswith(f"| {fault.number} |"))
    for place in (*fault.scenarios, *fault.tests):
        assert f"`{place.rpartition('::')[2]}`" in row
    assert fault.open in row
