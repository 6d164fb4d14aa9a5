from random import Random

from services.analysis.evaluation.duplicates import measure_duplicates
from services.analysis.near_copies import BANDS, bands, nearest, signature, similarity

WORDS = [
    "rain",
    "market",
    "council",
    "bridge",
    "school",
    "harvest",
    "road",
    "river",
    "price",
    "bus",
]


def article(seed: int, sentences: int = 30) -> str:
    """Return composed sentences without meaning, different for each seed."""
    draw = Random(seed)
    names = [f"{draw.choice(WORDS)}{draw.randrange(500)}" for _ in range(200)]
    return " ".join(
        " ".join(draw.choices(names, k=12)).capitalize() + "." for _ in range(sentences)
    )


def test_a_short_text_has_no_signature() -> None:
    assert signature("Read more about the weather of this week.") is None


def test_the_same_words_have_the_same_signature_whatever_their_case() -> None:
    assert signature(article(1)) == signature(article(1).upper())


def test_a_text_and_its_shorter_form_share_a_band_and_others_do_not() -> None:
    text = article(1)
    one, shorter, other = (
        signature(text),
        signature(text[: len(text) * 7 // 10]),
        signature(article(2)),
    )
    assert one
    assert shorter
    assert other

    assert set(bands(one)) & set(bands(shorter))
    assert similarity(one, shorter) > 0.5 > similarity(one, other)
    assert nearest(shorter, {"a": other, "b": one}) == nearest(shorter, {"b": one})
    assert nearest(other, {"b": one}) is None
    assert len(bands(one)) == BANDS


def test_near_copies_of_composed_texts_are_found() -> None:
    found = measure_duplicates(article(seed) for seed in range(100))

    assert found["texts"] == 300
    assert found["precision"] >= 0.99
    assert found["recall"] >= 0.9


def test_a_word_of_a_million_letters_is_no_trouble() -> None:
    assert signature("x" * 1_000_000) is None
