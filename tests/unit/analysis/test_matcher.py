from pathlib import Path

import pytest

from services.analysis.catalogue import Language, Lexicon, Pattern, load_catalogue
from services.analysis.desks import Desk, load_desks
from services.analysis.matcher import Matcher
from services.analysis.normalise import normalise
from shared.errors import ConfigurationError

NOTHING = "zzzz"
LEXICON = Lexicon(NOTHING, NOTHING, {}, {}, NOTHING, {})


def matcher(source: str, *names: str) -> Matcher:
    pattern = Pattern("xx-7.14-01", 1, "xx", "7.14", None, 0.5, False, source, ("example",))
    normal = {" ".join(normalise(name).words): "xx-a" for name in names}
    expression = f"(?:{'|'.join(f'{name} ' for name in normal)})" if normal else None
    desk = Desk("XX", frozenset({"xx"}), normal, expression)
    return Matcher([Language("xx", {}, (pattern,), LEXICON)], desk)


def found(source: str, text: str, *names: str) -> list[str]:
    normalised = normalise(text)
    _, hits = matcher(source, *names).scan(normalised)
    spans = [normalised.original(hit.first, hit.last) for hit in hits]
    return [text[start:end] for start, end in spans]


def test_scripts_without_spaces_match_anywhere() -> None:
    assert found("ထွက်သွား", "မင်းတို့ထွက်သွားကြ") == ["ထွက်သွား"]
    assert found("殺せ", "彼らを殺せと言った") == ["殺せ"]


def test_ethiopic_words_are_separated_by_their_own_marks() -> None:
    assert found("ግደሉ ሁሉንም", "ተነሱ፡ግደሉ፡ሁሉንም።") == ["ግደሉ፡ሁሉንም"]


def test_names_within_longer_names_are_not_counted_twice() -> None:
    names, _ = matcher("a b", "Kelvari", "reer Kelvari").scan(normalise("the reer Kelvari came"))

    assert [(name.first, name.last) for name in names] == [(1, 2)]


def test_a_pattern_without_a_word_of_its_own_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"xx-7\.14-01"):
        matcher("(a)? _ (b)?")


def test_every_shipped_pattern_is_ready_for_every_shipped_desk() -> None:
    catalogue = load_catalogue()
    for desk in load_desks(Path("deploy/config/desks")).values():
        Matcher([catalogue[code] for code in desk.languages & catalogue.keys()], desk)
