import time

import pytest

from services.analysis.catalogue import Language, Lexicon, Pattern, load_catalogue
from services.analysis.desks import Desk, Known
from services.analysis.matcher import Matcher, compile_rules
from services.analysis.normalise import normalise
from shared.errors import ConfigurationError
from shared.events import MentionKind

NOTHING = "zzzz"
LEXICON = Lexicon(NOTHING, NOTHING, {}, {}, NOTHING, {})


def matcher(source: str, *names: str) -> Matcher:
    pattern = Pattern("xx-7.14-01", 1, "xx", "7.14", None, 0.5, False, source, ("example",))
    group = Known(MentionKind.GROUP, "xx-a")
    desk = Desk("XX", frozenset({"xx"}), {" ".join(normalise(name).words): group for name in names})
    return Matcher(compile_rules(Language("xx", {}, (pattern,), LEXICON)), desk)


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


def test_every_shipped_pattern_is_ready() -> None:
    for language in load_catalogue().values():
        assert len(compile_rules(language)) == len(language.patterns)


def test_a_word_that_is_ordinary_too_names_its_group_only_beside_a_sure_name() -> None:
    sure, unsure = (
        Known(MentionKind.GROUP, "xx-a"),
        Known(MentionKind.GROUP, "xx-a", "coded", False),
    )
    both = Matcher([], Desk("XX", frozenset({"xx"}), {"tolmari": sure, "the guests": unsure}))

    assert both.scan(normalise("The guests came to the feast."))[0] == []
    assert len(both.scan(normalise("The guests came. The Tolmari sang."))[0]) == 2


def test_thirty_thousand_names_cost_a_text_no_more_than_ten() -> None:
    rules = [rule for one in load_catalogue().values() for rule in compile_rules(one)]
    text = normalise("Traders returned to the market of Tellun on Monday, and buses ran. " * 80)

    def seconds(count: int) -> float:
        group = Known(MentionKind.GROUP, "xx-a")
        desk = Desk("XX", frozenset({"en"}), {f"name{one}": group for one in range(count)})
        ready = Matcher(rules, desk)
        ready.scan(text)
        started = time.process_time()
        for _ in range(50):
            ready.scan(text)
        return time.process_time() - started

    assert seconds(30_000) < 5 * seconds(10)  # measured alike; loaded machines vary
