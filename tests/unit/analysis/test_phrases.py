import re

import pytest

from services.analysis.normalise import normalise
from services.analysis.phrases import PhraseError, compile_phrase

GROUP = "(?:kelvari )"
SETS = {"them": "({group}|they)"}


def found(source: str, text: str) -> list[str]:
    phrase = compile_phrase(source, SETS, GROUP)
    return [one.group().strip() for one in re.finditer(phrase.expression, normalise(text).text)]


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("take up (your|the) arms", "Take up your ARMS!", ["take up your arms"]),
        ("(very)? dirty", "dirty, very dirty", ["dirty", "very dirty"]),
        ("burn* it", "burning it", ["burning it"]),
        ("*kill* it", "overkilled it", ["overkilled it"]),
        ("in 19##", "in 1994 and in 19", ["in 1994"]),
        ("must ..2 leave", "must all now leave", ["must all now leave"]),
        ("must ..2 leave", "must all now please leave", []),
        ("must ..2 leave", "They must. Leave it", []),
        ("a _ c", "a b c", ["a b c"]),
        ("^ kill them", "Kill them. Kill them, they kill them", ["kill them", "kill them"]),
        ("{them} go", "Kelvari go", ["kelvari go"]),
        ("(the)? {them}? go", "the they go", ["the they go"]),
        ("l'été", "L'ete", ["l ete"]),
        ("kill", "skill killer", []),
    ],
)
def test_phrases_find_what_they_say(source: str, text: str, expected: list[str]) -> None:
    assert found(source, text) == expected


@pytest.mark.parametrize(
    "source",
    [
        "(a",
        "a)",
        "?",
        "{nobody}",
        "{them",
        "a ..7 b",
        "a ..0 b",
        "()",
        "a ..1 b ..1 c ..1 d ..1 e",
        "!",
    ],
)
def test_broken_phrases_are_refused(source: str) -> None:
    with pytest.raises(PhraseError):
        compile_phrase(source, SETS, GROUP)


def test_without_a_desk_no_group_matches() -> None:
    expression = compile_phrase("hate {group}", SETS).expression

    assert re.search(expression, " hate kelvari ") is None


def test_needles_are_the_rarest_string_that_every_match_holds() -> None:
    assert compile_phrase("we will destroy them {group}", SETS, GROUP).needles == (
        " we will destroy them ",
    )
    assert compile_phrase("a (bcd|efgh) i", SETS, GROUP).needles == (" bcd ", " efgh ")
    assert compile_phrase("{them} (go)?", SETS, GROUP).needles == ()
