import shutil
from pathlib import Path

import pytest

from shared.errors import ConfigurationError
from shared.taxonomy import Crime, Kind, Taxonomy, load_taxonomy
from shared.taxonomy.loader import FILES, FOLDER

DETECTED = ("7.13", "7.14", "8.7", "10.1", "11.4", "13.7")
HIGHEST_KNOWN = (11, 8, 10, 9, 8, 11, 14, 12, 6, 8, 8, 10, 10, 0)


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(FOLDER / name, tmp_path)
    return tmp_path


def test_fourteen_risk_factors_are_numbered_without_gaps(taxonomy: Taxonomy) -> None:
    assert [factor.id for factor in taxonomy.risk_factors] == list(range(1, 15))


def test_indicators_are_numbered_without_gaps(taxonomy: Taxonomy) -> None:
    for factor, highest in zip(taxonomy.risk_factors, HIGHEST_KNOWN, strict=True):
        expected = [f"{factor.id}.{number}" for number in range(1, highest + 1)]
        assert [indicator.id for indicator in factor.indicators] == expected


@pytest.mark.parametrize("indicator_id", DETECTED)
def test_detected_indicator_is_speech_and_named_in_all_languages(
    taxonomy: Taxonomy, indicator_id: str
) -> None:
    indicator = taxonomy.indicator(indicator_id)
    assert indicator.kind is Kind.SPEECH
    assert indicator.label.languages >= {"en", "fr", "ar", "so", "sw"}
    assert indicator.source.document == "A/70/741-S/2016/71"


def test_labels_tell_indicators_apart(taxonomy: Taxonomy) -> None:
    for language in ("en", "fr", "ar"):
        labels = [indicator.label.text(language) for indicator in taxonomy.indicators]
        assert len(labels) == len(set(labels))


def test_label_falls_back_to_english(taxonomy: Taxonomy) -> None:
    assert taxonomy.indicator("1.1").label.text("am") == taxonomy.indicator("1.1").label.text("en")


def test_indicator_inherits_the_crimes_of_its_risk_factor(taxonomy: Taxonomy) -> None:
    assert taxonomy.indicator("10.1").crimes == (Crime.GENOCIDE,)
    assert taxonomy.indicator("10.1").risk_factor == 10
    assert taxonomy.indicator("10.1").code == "un-faac/10.1"


def test_unknown_number_is_a_key_error(taxonomy: Taxonomy) -> None:
    with pytest.raises(KeyError, match=r"99\.1"):
        taxonomy.indicator("99.1")


def test_stages_are_found_by_indicator_and_by_hallmark(taxonomy: Taxonomy) -> None:
    assert [stage.id for stage in taxonomy.stages_of("8.7")] == [6]
    assert [stage.id for stage in taxonomy.stages_of("dehumanization")] == [4]


def test_own_tags_are_told_from_published_hallmarks(taxonomy: Taxonomy) -> None:
    own = {hallmark.id for hallmark in taxonomy.hallmarks if hallmark.origin == "tocsin"}
    assert own == {"explicit_call_to_violence", "coded_language"}
    assert len(taxonomy.hallmarks) == 7


@pytest.mark.parametrize(
    ("name", "found", "written", "complaint"),
    [
        ("un_framework.yaml", '"7.14"', '"7.13"', r"7\.13 is there 2 times"),
        ("un_framework.yaml", '"7.14"', '"8.14"', "8.14 stands under risk factor 7"),
        ("un_framework.yaml", "kind: speech", "kind: rumour", "'rumour' is not one of"),
        ("stanton.yaml", '"9.1"', '"9.99"', "names 9.99, which no file has"),
        ("dangerous_speech.yaml", "id: coded_language", "id: dehumanization", "is there 2 times"),
        ("dangerous_speech.yaml", "origin: tocsin", "orgin: tocsin", "dangerous_speech.yaml at"),
        ("stanton.yaml", "stages:", "stages: [", "stanton.yaml cannot be read"),
    ],
)
def test_mistake_in_a_file_is_named(
    copy: Path, name: str, found: str, written: str, complaint: str
) -> None:
    path = copy / name
    path.write_text(path.read_text("utf-8").replace(found, written, 1), "utf-8")
    with pytest.raises(ConfigurationError, match=complaint):
        load_taxonomy(copy)


def test_missing_file_is_named(copy: Path) -> None:
    (copy / "stanton.yaml").unlink()
    with pytest.raises(ConfigurationError, match=r"stanton\.yaml cannot be read"):
        load_taxonomy(copy)
