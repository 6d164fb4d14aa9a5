from datetime import UTC, datetime

import pytest

from services.analysis.analyse import Reader, analyse
from services.analysis.desks import DeskDate
from services.analysis.score import date_parts
from tests.factories import START, make_item

CALL = "The Kelvari are rats."


@pytest.mark.parametrize(
    ("day", "named", "near"),
    [
        (datetime(2026, 4, 9, tzinfo=UTC), DeskDate("n", 4, 7, None), True),
        (datetime(2026, 4, 11, tzinfo=UTC), DeskDate("n", 4, 7, None), False),
        (datetime(2026, 1, 1, tzinfo=UTC), DeskDate("n", 12, 31, None), True),
        (datetime(2026, 3, 1, tzinfo=UTC), DeskDate("n", 2, 29, None), True),
        (datetime(2026, 4, 7, tzinfo=UTC), DeskDate("n", 4, 7, 2023), False),
    ],
)
def test_a_match_weighs_more_about_a_day_that_matters(
    day: datetime, named: DeskDate, near: bool, reader: Reader
) -> None:
    matches = analyse(make_item(1, text=CALL), reader, START).matches

    assert bool(date_parts(matches, day, [named])) == near
    assert date_parts((), day, [named]) == ()


def test_a_day_raises_the_score_and_is_named_in_it(reader: Reader) -> None:
    usual = analyse(make_item(1, text=CALL), reader, START)
    day = datetime(2026, 4, 7, tzinfo=UTC)
    remembered = analyse(make_item(1, text=CALL, event_at=day), reader, START)

    assert remembered.score > usual.score
    assert remembered.score_parts[-1].name == "date: Night of the fires"
