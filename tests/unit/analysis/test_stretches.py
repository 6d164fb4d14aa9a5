from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analysis.stretches import detect_languages

ENGLISH = "The council met on Monday to speak about the price of millet in the valley this year."
FRENCH = (
    "Le conseil s'est réuni lundi pour parler du prix du mil dans la vallée cette année encore."
)
RWANDA = "Inama yateranye ku wa mbere kugira ngo ivuge ku giciro cy'amasaka mu gihugu cyacu hose."


def test_an_item_in_two_languages_has_a_stretch_of_each() -> None:
    text = f"{ENGLISH}\n{ENGLISH}\n\n{FRENCH}\n"
    found = detect_languages(text, ["en"])

    assert [(one.code, text[one.start : one.end].strip()) for one in found.spans] == [
        ("en", f"{ENGLISH}\n{ENGLISH}"),
        ("fr", FRENCH),
    ]
    assert found.main.code == "en"


def test_the_language_of_most_of_the_text_is_the_main_one() -> None:
    assert detect_languages(f"{ENGLISH}\n{FRENCH}\n{FRENCH}", ["en"]).main.code == "fr"


def test_a_name_on_a_line_of_its_own_is_no_other_language() -> None:
    assert len(detect_languages(f"{ENGLISH}\nGoma, Bukavu\n{ENGLISH}", ["en"]).spans) == 1


@pytest.mark.parametrize(
    ("declared", "code"),
    [(["rw"], "rw"), (["rn", "fr"], "rn"), ([], "rw/rn"), (["rw", "rn"], "rw/rn")],
)
def test_kinyarwanda_and_kirundi_are_what_the_outlet_speaks(declared: list[str], code: str) -> None:
    assert detect_languages(RWANDA, declared).main.code == code


@given(st.text(alphabet=st.sampled_from("abc éوم\n\r. \ud800"), max_size=300))
def test_stretches_cover_the_text_in_order(text: str) -> None:
    spans = detect_languages(text, ["en"]).spans

    assert spans[0].start == 0
    assert spans[-1].end == len(text)
    assert all(one.end == other.start for one, other in pairwise(spans))
