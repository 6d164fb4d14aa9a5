"""Facts about one item give the same document in every order and however often they come."""

import itertools
import random
from typing import Any

import pytest

from services.portal.indexer.documents import (
    Analysed,
    Change,
    Judged,
    Removed,
    Used,
    merge,
    visibility,
)
from services.portal.indexer.item_search import match_keys, search_document, verdict
from services.portal.items.revisions import difference
from shared.events import Decision, RemovalScope, SubjectKind
from tests.factories import (
    at,
    make_analysis,
    make_item,
    make_matched_analysis,
    make_removal,
    make_review,
)

EMPTY = {"_id": make_item(1).item_id, "version": 0}
ITEM = make_item(1).item_id


def verdict_on(number: int, decision: Decision, **overrides: object) -> Judged:
    return Judged(
        make_review(
            number,
            subject_kind=SubjectKind.ITEM,
            subject_id=ITEM,
            decision=decision,
            scope=None,
            recorded_at=at(number),
            **overrides,
        )
    )


FACTS: list[Change] = [
    Analysed(make_analysis(1)),
    Analysed(make_matched_analysis(1, generation=2)),
    Analysed(make_analysis(1, make_item(1, revision=2, text="A second wording."))),
    Analysed(make_analysis(1, make_item(1, revision=3, text="A third wording."))),
    Used(ITEM, "signal-1"),
    Used(ITEM, "signal-2"),
    verdict_on(1, Decision.NOT_RELEVANT),
    verdict_on(2, Decision.RELEVANT),
    Removed(make_removal(1, scope=RemovalScope.AUTHOR)),
]


def test_any_order_and_repetition_gives_the_same_document() -> None:
    expected = merge(EMPTY, FACTS)
    chance = random.Random(7)
    for _ in range(60):
        shuffled = FACTS * 2
        chance.shuffle(shuffled)
        assert merge(EMPTY, shuffled) == expected


def test_known_fact_gives_back_the_very_same_object() -> None:
    document = merge(EMPTY, FACTS)
    assert all(fact.apply(document) is document for fact in FACTS)


def test_earlier_wordings_are_kept_and_go_with_the_text() -> None:
    document = merge(EMPTY, FACTS)
    assert list(document["earlier"]) == ["1", "2"]
    erased = Removed(make_removal(1, scope=RemovalScope.TEXT)).apply(document)
    late = Analysed(make_analysis(1, make_item(1, revision=2, text="A second wording.")))
    assert late.apply(erased) is erased
    assert "wording" not in str(erased)


def test_difference_is_told_in_words() -> None:
    pieces = difference("They must go now.", "They may go now.")
    assert [(one.kind, one.text) for one in pieces] == [
        ("same", "They "),
        ("removed", "must "),
        ("added", "may "),
        ("same", "go now."),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_removed_text_is_gone_whichever_came_first(order: tuple[int, ...]) -> None:
    facts: list[Change] = [
        Analysed(make_matched_analysis(1)),
        Removed(make_removal(1, scope=RemovalScope.TEXT)),
    ]
    document = merge(EMPTY, [facts[n] for n in order])
    found = search_document(document)
    assert found["text_en"] == ""
    assert found["title"] is None
    assert found["passages"] == {"strongest": []}
    assert "Traders" not in str(document)


def test_item_removed_whole_leaves_nothing_but_the_fact() -> None:
    document = merge(EMPTY, [Analysed(make_matched_analysis(1)), Removed(make_removal(1))])
    assert visibility(document).removed
    assert search_document(document) == {
        "item_id": ITEM,
        "countries": [],
        "restricted": False,
        "removed": True,
    }
    assert "Traders" not in str(document)


def test_last_standing_verdict_counts() -> None:
    second = verdict_on(2, Decision.RELEVANT)
    document = merge(EMPTY, [verdict_on(1, Decision.NOT_RELEVANT), second])
    assert verdict(document) == "relevant"
    superseding = verdict_on(3, Decision.NOT_RELEVANT, supersedes=second.event.review_id)
    assert verdict(superseding.apply(document)) == "not_relevant"
    assert verdict(EMPTY) == "none"


def test_match_keys_tell_a_passage_from_a_coincidence() -> None:
    matches: list[dict[str, Any]] = [
        {"indicator": "7.14", "target_group_id": "x"},
        {"indicator": "10.1", "target_group_id": None},
    ]
    assert match_keys(matches) == ["10.1", "7.14", "7.14|grp:x", "grp:x"]


def test_passage_is_cut_between_words() -> None:
    text = "word " * 60 + "THE PASSAGE" + " word" * 60
    item = make_item(1, text=text)
    analysis = make_matched_analysis(1, item)
    start = text.index("THE")
    moved = analysis.matches[0].model_copy(update={"start": start, "end": start + 11})
    found = search_document(
        merge(EMPTY, [Analysed(analysis.model_copy(update={"matches": (moved,)}))])
    )
    passage = found["passages"]["strongest"][0]
    assert passage["quote"] == "THE PASSAGE"
    assert passage["before"].startswith("word ")
    assert passage["after"].endswith(" word")
    assert passage["cut_before"]
    assert passage["cut_after"]
