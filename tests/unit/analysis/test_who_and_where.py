from shared.events import MentionKind, Voice
from tests.unit.analysis.conftest import Read


def test_an_actor_of_the_desk_is_heard_as_what_it_is(read: Read) -> None:
    text = "\u201cThe Kelvari are rats\u201d, the Valley Guard said on Monday."
    analysed = read(text)
    (match,) = analysed.matches
    (actor,) = [one for one in analysed.mentions if one.kind is MentionKind.ACTOR]
    (quote,) = analysed.quotes

    assert (match.voice, match.speaker_role) == (Voice.ARMED_PARTY, "armed_party")
    assert actor.ref_id == "xa-valley-guard"
    assert quote.speaker_mention_id == actor.mention_id


def test_an_actor_that_says_nothing_is_no_speaker(read: Read) -> None:
    (match,) = read("The Valley Guard came at noon. The Kelvari are rats.").matches

    assert match.voice is Voice.OUTLET


def test_a_place_of_the_desk_is_found_once_with_its_country(read: Read) -> None:
    analysed = read("In Tellun it rained. Tellun has a market.", title=None)
    (place,) = analysed.places

    assert (place.place_id, place.country, place.lat) == ("xa-tellun", "XA", 1.5)
    assert place.mention_id == analysed.mentions[0].mention_id
    assert analysed.incident_countries == ("XA",)


def test_persons_that_no_desk_lists_are_not_recognised(read: Read) -> None:
    analysed = read("Maryam Hassan Ilunga of the market said that it rained.", title=None)

    assert analysed.mentions == ()
