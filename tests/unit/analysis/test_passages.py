"""The gate, what lowers a match, and whose words it is."""

import time

import pytest

from services.analysis.analyse import create_reader
from services.analysis.catalogue import EXPLICIT_CALL
from services.analysis.desks import NO_DESK
from shared.events import MentionKind, TextField, Voice
from tests.factories import START, make_item
from tests.unit.analysis.conftest import Read


def test_without_a_group_nearby_nothing_matches(read: Read) -> None:
    assert read("They are rats. It rained. It rained again. The Kelvari came.").matches == ()


def test_a_group_in_the_neighbouring_sentence_opens_the_gate(read: Read) -> None:
    (match,) = read("The Kelvari came to the market. They are rats.").matches

    assert match.target_group_id == "xa-kelvari"
    assert match.strength == pytest.approx(0.8 * 0.9)


def test_an_explicit_call_needs_no_group(read: Read) -> None:
    (match,) = read("Sharpen your machetes tonight.").matches

    assert match.hallmark == EXPLICIT_CALL
    assert match.strength >= 0.8
    assert match.target_group_id is None


def test_without_a_desk_only_explicit_calls_are_looked_for() -> None:
    from services.analysis.analyse import analyse  # noqa: PLC0415 - reads best here

    text = "The Kelvari are rats. Sharpen your machetes tonight."
    analysed = analyse(make_item(1, text=text), create_reader(NO_DESK), START)

    assert [match.indicator for match in analysed.matches] == ["11.4"]
    assert not analysed.readable


def test_the_nearest_group_is_the_target(read: Read) -> None:
    (match,) = read("The Dosheni came. The Kelvari are rats.").matches

    assert match.target_group_id == "xa-kelvari"


def test_offsets_count_code_points_of_the_original(read: Read) -> None:
    text = "😀 «Été» — the K\u200belvari are  nothing but\tcockroaches!"
    analysed = read(text)
    (match,) = analysed.matches

    assert text[match.start : match.end] == "K\u200belvari are  nothing but\tcockroaches"
    groups = [one for one in analysed.mentions if one.kind is MentionKind.GROUP]
    assert [(one.surface, text[one.start : one.end]) for one in groups] == [
        ("K\u200belvari", "K\u200belvari")
    ]


def test_a_title_has_its_own_offsets(read: Read) -> None:
    title = "Death to the Kelvari!"
    (match,) = read("It rained on Monday in the valley.", title=title).matches

    assert match.field is TextField.TITLE
    assert title[match.start : match.end] == "Death to the Kelvari"


def test_a_reason_in_the_same_sentence_silences(read: Read) -> None:
    assert read("In the film a man shouts that the Kelvari are rats.").matches == ()


def test_a_reason_in_the_neighbouring_sentence_lowers_and_is_recorded(read: Read) -> None:
    text = "The Kelvari are rats. The film opened on Friday."
    (match,) = read(text).matches

    assert match.lowered
    assert match.strength < 0.8
    (against,) = match.against
    assert (against.kind, against.weight) == ("fiction", 0.45)
    assert against.start is not None
    assert text[against.start : against.end] == "The film"


def test_of_doubts_the_heaviest_alone_counts(read: Read) -> None:
    text = "The film opened. The Kelvari are rats. The coach met a historian at the match."
    (match,) = read(text).matches

    assert match.strength == pytest.approx(0.8 * (1 - 0.45))
    assert len(match.against) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The final was won in the league match, the coach said. {} The film is in the museum.",
        "A historian read the leaflet at the memorial. {} Pest control killed mosquitoes.",
        "The union condemned hate speech. {} The court heard of it in 1963.",
        "{} In the film the coach is an actor.",
    ],
)
def test_no_neighbour_silences_a_call_and_a_person_sees_the_doubt(text: str, read: Read) -> None:
    (match,) = read(text.format("Kill all the Kelvari tonight.")).matches

    assert match.hallmark == EXPLICIT_CALL
    assert match.lowered
    assert match.strength == pytest.approx(0.95 * 0.6)
    assert len(match.against) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Kill all the Kelvari tonight, the chairman of the youth league shouted.",
        "Kill all the Kelvari tonight, an actor shouted by the memorial.",
        "Kill all the Kelvari, archives and a colonial song testified against them.",
        "Do not wait, kill the Kelvari.",
        "Rise up, kill the Kelvari.",
        "Brothers, kill the Kelvari.",
        "Tuez tous les Kelvaris ce soir, a crié le président de la ligue des jeunes.",
        "Tuez tous les Kelvaris, a crié un acteur près des archives.",
        "N'attendez pas, tuez les Kelvaris.",
        "اقتلوا كل الكلفاريين الليلة، صاح ممثل رابطة الشباب.",
        "لا تنتظروا، اقتلوا الكلفاريين.",
        "Dila Kelfaari kasta caawa, ayuu yiri jilaaga dhallinyarada.",
        "Dila Kelfaari kasta, gumaysiga daafaca.",
        "Ha sugina, dila Kelfaari.",
        "Ueni Wakelvari wote usiku huu, alisema mwenyekiti wa ligi ya vijana.",
        "Ueni Wakelvari wote, alipaza sauti mwigizaji mmoja.",
        "Msingoje, ueni Wakelvari.",
    ],
)
def test_common_words_raise_no_doubt_about_a_call(text: str, read: Read) -> None:
    (match,) = read(text).matches

    assert match.hallmark == EXPLICIT_CALL
    assert not match.lowered


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Kill all the Kelvari tonight, the coach shouted.", "sport"),
        ("They will not go home, so kill all the Kelvari tonight.", "negated"),
        ("We do not want peace: kill all the Kelvari!", "negated"),
        ("In the film of our fathers we wept; kill all the Kelvari.", "fiction"),
        ("Ce n'est pas un jeu : tuez tous les Kelvaris.", "negated"),
        ("لن ننتظر، اقتلوا الكلفاريين.", "negated"),
        ("Nabad ma rabno, Kelfaari ha la laayo.", "negated"),
        ("Wao si wenzetu: ueni Wakelvari.", "negated"),
        ("It is wrong to wait, kill all the Kelvari tonight.", "condemned"),
        ("In 1963 they robbed us, and now we must kill the Kelvari.", "historical"),
        ("Exterminate the Kelvari like termites, with insecticide!", "pest_control"),
        ("At the memorial he shouted: kill all the Kelvari.", "commemoration"),
        ("Depuis 1963 ils nous volent, tuez tous les Kelvaris.", "historical"),
        ("اقتلوا كل الكلفاريين، صاح رجل أمام النصب التذكاري.", "commemoration"),
        ("Dila Kelfaari kasta, ayuu yiri guddoomiyaha horyaalka.", "sport"),
        ("Ueni Wakelvari wote, alisema kocha.", "sport"),
    ],
)
def test_a_cue_that_does_not_govern_a_call_lowers_it(text: str, kind: str, read: Read) -> None:
    (match,) = read(text).matches

    assert [against.kind for against in match.against] == [kind]
    assert match.strength >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Do not kill the Kelvari.",
        "Never kill all the Kelvari.",
        "We must not kill the Kelvari.",
        "Rise up, but do not kill the Kelvari.",
        "Do not wait and do not kill the Kelvari.",
        "Nobody should say: kill all the Kelvari.",
        "Ne tuez pas les Kelvaris.",
        "Il ne faut jamais tuer les Kelvaris.",
        "لا تقتلوا الكلفاريين.",
        "لا يجوز أن يقال اقتلوا الكلفاريين.",
        "Kelfaari ha dilina.",
        "Ma aha in la yiraahdo ha sugina, dila Kelfaari.",
        "Msiwaue Wakelvari.",
        "Si sahihi kusema ueni Wakelvari.",
    ],
)
def test_a_negated_call_is_none(text: str, read: Read) -> None:
    assert read(text).matches == ()


@pytest.mark.parametrize(
    "text",
    [
        "It is wrong to say kill all the Kelvari.",
        "It was a mistake to say that the Kelvari are rats.",
        "C'est une erreur de dire que les Kelvaris sont des cafards.",
        "On a tort de crier mort aux Kelvaris.",
        "من الخطأ أن نقول إن الكلفاريين صراصير.",
        "من الخطأ أن نقول اقتلوا الكلفاريين.",
        "Waa khalad in la yiraahdo Kelfaarigu waa baranbaro.",
        "Waa khalad in la yiraahdo Kelfaari ha la laayo.",
        "Ni makosa kusema Wakelvari ni mende.",
        "Ni makosa kusema ueni Wakelvari.",
    ],
)
def test_plain_condemnation_is_understood(text: str, read: Read) -> None:
    assert read(text).matches == ()


def test_condemning_an_official_lowers_his_words_but_never_silences_them(read: Read) -> None:
    text = 'The union condemned the speech. "The Kelvari are rats," the minister said.'
    (match,) = read(text).matches

    assert match.voice is Voice.OFFICIAL
    assert match.lowered
    assert match.strength > 0.5


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("The Kelvari are rats.", Voice.OUTLET),
        ('"The Kelvari are rats," the governor said.', Voice.OFFICIAL),
        ('The rebel commander told reporters: "The Kelvari are rats."', Voice.ARMED_PARTY),
        ("A caller said the Kelvari are rats.", Voice.CALLER),
        ("The columnist wrote that the Kelvari are rats.", Voice.COMMENTATOR),
        ('"The Kelvari are rats," a woman said.', Voice.OTHER),
        ('On the wall stood "The Kelvari are rats" in red.', Voice.OTHER),
        ("« Les Kelvaris sont des cafards », a déclaré le préfet.", Voice.OFFICIAL),
        ("قال الوزير: «الكلفاريون صراصير».", Voice.OFFICIAL),
        ("Dhageyste ayaa yiri Kelfaarigu waa baranbaro.", Voice.CALLER),
        ("Kiongozi wa waasi, kamanda wa kundi, alisema Wakelvari ni mende.", Voice.ARMED_PARTY),
    ],
)
def test_whose_words_it_is(text: str, voice: Voice, read: Read) -> None:
    (match,) = read(text).matches

    assert match.voice is voice
    assert not match.lowered


def test_quotations_of_the_text_are_listed_with_their_speaker(read: Read) -> None:
    text = 'The governor said: "The road will be open in May." Nobody answered.'
    (quote,) = read(text).quotes

    assert text[quote.start : quote.end] == "The road will be open in May."
    assert quote.speaker_role == "official"


def test_do_not_hesitate_negates_nothing(read: Read) -> None:
    (match,) = read("Do not hesitate, kill every Kelvari you meet.").matches

    assert not match.lowered


@pytest.mark.parametrize(
    "text",
    [
        "The Kеlvаri are cockroaches.",  # noqa: RUF001 - Cyrillic letters within
        "The K\u200delvari are cock\u200broaches.",
        "\u202eThe Kelvari are cockroaches.",
        "THE KELVARI ARE COCKROACHES",
        "The_Kelvari_are_cockroaches",
        "الكَلْفَارِيُّونَ صَرَاصِيـــر",
    ],
)
def test_disguised_words_are_found(text: str, read: Read) -> None:
    assert {match.indicator for match in read(text).matches} == {"7.14"}


def test_one_place_of_an_indicator_is_one_match(read: Read) -> None:
    analysed = read("We must kill all the Kelvari.")

    assert len(analysed.matches) == 1
    assert analysed.matches[0].rule_id == "en-11.4-02"


def test_different_indicators_add_to_the_score_and_repetition_does_not(read: Read) -> None:
    once = read("The Kelvari are rats.")
    twice = read("The Kelvari are rats. The Kelvari are rats.")
    more = read("The Kelvari are rats. The Kelvari must leave.")

    assert once.score == twice.score == 0.8
    assert more.score == pytest.approx(1 - 0.2 * 0.25)
    assert [(part.name, part.value) for part in more.score_parts] == [("7.14", 0.8), ("8.7", 0.75)]


@pytest.mark.parametrize(
    "text",
    [
        "kill them all the kelvari are must leave " * 5_000,
        "we will never forgive what " * 8_000,
        "the Kelvari are a " * 10_000,
        '"the Kelvari are ' * 10_000,
        "k" * 500_000,
    ],
)
def test_hostile_text_is_read_in_bounded_time(text: str, read: Read) -> None:
    started = time.process_time()

    read(text)

    assert time.process_time() - started < 10
