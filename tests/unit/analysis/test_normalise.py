# ruff: noqa: RUF001 - other scripts are the subject here
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analysis.normalise import STOP, Normalised, _normalise_ascii, normalise

ANY_TEXT = st.text(
    alphabet=st.one_of(
        st.characters(),  # with surrogates
        st.sampled_from("aéœß.!? \n'’«»\u200b\u202e\u0640\u064bأةىሐሠကား\ud800кс"),
    ),
    max_size=60,
)


@given(ANY_TEXT)
def test_every_word_maps_back_to_what_it_was_made_of(text: str) -> None:
    normalised = normalise(text)

    assert len(normalised.words) == len(normalised.spans)
    for word, (start, end) in zip(normalised.words, normalised.spans, strict=True):
        assert 0 <= start < end <= len(text)
        assert [one for one in normalise(text[start:end]).words if one != STOP] == (
            [] if word == STOP else [word]
        )


@given(ANY_TEXT)
def test_spans_are_in_order_and_never_overlap(text: str) -> None:
    spans = normalise(text).spans

    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(ANY_TEXT)
def test_starts_point_at_the_words_of_the_text(text: str) -> None:
    normalised = normalise(text)

    for index, start in enumerate(normalised.starts):
        word = normalised.words[index]
        assert normalised.text[start : start + len(word)] == word
        assert normalised.word_at(start) == index


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=80))
def test_fast_path_finds_what_the_general_one_finds(text: str) -> None:
    general = normalise(text + " œ")

    assert _normalise_ascii(text.lower()).words == general.words[:-1]


def words(text: str) -> str:
    return " ".join(normalise(text).words)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("L’ÉTÉ où l'ennemi", "l ete ou l ennemi"),
        ("cœur Straße", "coeur strasse"),
        ("الكَلْفَارِيّـــون", "الكلفاريون"),
        ("إلى أمّة آخرة", "الي امه اخره"),
        ("ٱلحكومة ٣٤٥", "الحكومه 345"),
        ("ሐገር ሠላም ዓለም ፀሐይ", "ሀገር ሰላም አለም ጸሀይ"),
        ("ki\u200bll th\u00adem", "kill them"),
        ("\u202ekill\u202c", "kill"),
        ("кіll thеm", "kill them"),  # Cyrillic letters inside Latin words
        ("Кигали", "кигали"),  # a Cyrillic word stays one
        ("ＫＩＬＬ", "kill"),
        ("a\ud800b", "a b"),
    ],
)
def test_variants_of_a_word_become_one(written: str, folded: str) -> None:
    assert words(written) == folded


def test_sentences_end_at_their_marks_and_not_within_numbers() -> None:
    normalised = normalise("It fell 3.5 points. Why? ማን ነው። نعم؟ لا\nend")

    assert [normalised.words[first:last] for first, last in bounds(normalised)] == [
        ["it", "fell", "3", "5", "points", "."],
        ["why", "."],
        ["ማን", "ነው", "."],
        ["نعم", "."],
        ["لا", "."],
        ["end"],
    ]


def bounds(text: Normalised) -> list[tuple[int, int]]:
    return [text.bounds(index) for index in range(len(text.sentences))]


@pytest.mark.parametrize("text", ["x" * 1_000_000, "a\u200b" * 500_000, "a" + "\u200b" * 1_000_000])
def test_a_word_of_a_million_letters_takes_seconds_at_most(text: str) -> None:
    started = time.process_time()

    assert len(normalise(text).words) == 1
    assert time.process_time() - started < 5
