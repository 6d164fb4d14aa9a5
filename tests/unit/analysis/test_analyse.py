import time

import pytest

from services.analysis.analyse import ANALYSIS_VERSION, MODEL_GENERATION, Reader, analyse
from shared.events import decode, encode
from tests.factories import START, make_item, make_outlet
from tests.unit.analysis.conftest import Read

ARTICLE = "Traders returned to the market of Tellun on Monday, and the buses ran again. "


def test_the_same_item_is_analysed_the_same_each_time(reader: Reader) -> None:
    item = make_item(1)

    assert analyse(item, reader, START) == analyse(item, reader, START)


def test_an_analysis_survives_the_wire(read: Read) -> None:
    analysed = read("The Kelvari are rats. The film opened. «Oui», dit-il.")

    assert decode(type(analysed), encode(analysed)) == analysed


def test_a_newer_text_comes_after_a_newer_model(reader: Reader) -> None:
    first = analyse(make_item(1), reader, START)
    second = analyse(make_item(1, revision=2), reader, START)

    assert first.analysis_sequence == 1_000_000 + MODEL_GENERATION
    assert second.analysis_sequence > first.analysis_sequence
    assert first.analysis_version == ANALYSIS_VERSION


def test_a_language_that_the_desk_cannot_read_is_unread_and_not_empty(read: Read) -> None:
    text = "Wakuu wa nchi walikutana Jumatatu kuzungumzia bei ya mtama katika bonde hilo."
    hausa = "Gwamnatin jihar ta ce za ta gina sababbin makarantu a yankin a shekara mai zuwa."

    assert read(text).readable
    assert not read(hausa).readable


def test_short_texts_take_the_hint_before_the_outlet(read: Read) -> None:
    outlet = make_outlet(1, languages=["fr"])

    assert read("Goma", language_hint="sw-CD", outlet=outlet).language == "sw"
    assert read("Goma", language_hint=None, outlet=outlet).language == "fr"


def test_an_item_without_text_or_title_is_analysed(read: Read) -> None:
    analysed = read("", title=None)

    assert analysed.matches == ()
    assert analysed.score == 0


@pytest.mark.parametrize("length", [5_000])
def test_an_article_costs_a_few_milliseconds(length: int, reader: Reader) -> None:
    item = make_item(1, text=(ARTICLE * 80)[:length])
    analyse(item, reader, START)
    started = time.process_time()

    for _ in range(50):
        analyse(item, reader, START)

    assert (time.process_time() - started) / 50 < 0.010  # measured at 2 ms; loaded machines vary


def test_the_largest_item_full_of_findings_still_fits_its_event(read: Read) -> None:
    text = "The Kelvari are rats. \u201cYes\u201d, he said. " * 14_000

    assert len(encode(read(text[:560_000]))) <= 900_000
