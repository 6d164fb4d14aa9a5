from services.analysis.copies import content_cluster_id
from services.analysis.normalise import normalise

TEXT = "Traders returned to the market of Tellun on Monday, after three weeks."


def cluster(text: str, item_id: str = "a") -> str:
    return content_cluster_id(item_id, normalise(text))


def test_the_same_words_are_one_cluster_whatever_their_dress() -> None:
    dressed = "TRADERS returned to the market\u200b of Tellun\non Monday / after three weeks"

    assert cluster(TEXT) == cluster(dressed, "b")


def test_other_words_are_another_cluster() -> None:
    assert cluster(TEXT) != cluster(TEXT.replace("three", "four"))


def test_texts_of_a_few_words_are_nobodys_copies() -> None:
    assert cluster("Read more", "a") != cluster("Read more", "b")
    assert cluster("", "a") != cluster("", "b")
