from pathlib import Path

import pytest

from services.analysis.abuse import with_terms
from services.analysis.desks import DeskDate, Known, load_desk, load_desks
from services.analysis.normalise import normalise
from services.analysis.readers import DeskFiles
from shared.errors import ConfigurationError
from shared.events import MentionKind

DESKS = Path("deploy/config/desks")
DESK = """country: XB
name: Elsewhere
languages: [ar, en]
groups:
  - id: xb-one
    name: One
    kind: ethnic
    forms:
      en: [Tolmari]
      ar: [تلماري]
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "xb.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_the_shipped_desks_are_read() -> None:
    desks = load_desks(DESKS)

    assert {"SD", "CI", "SO", "CD", "XA"} <= desks.keys()
    assert desks["XA"].languages >= {"en", "fr", "ar", "so", "sw"}


def test_arabic_prefixes_are_accepted_before_any_form(tmp_path: Path) -> None:
    names = load_desk(written(tmp_path, DESK)).names

    for form in ("التلماري", "وتلماري", "بالتلماري", "للتلماري", "والتلماري", "لتلماري"):
        assert names[" ".join(normalise(form).words)].ref_id == "xb-one"


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (("country: XB", "country: Elsewhere"), "1:10", "country"),
        (("kind: ethnic", "kind: bad"), "7:11", "kind"),
        (("[Tolmari]", "Tolmari"), "9:11", "forms"),
        (("    name: One", "    nmae: One"), "5:5", "nmae"),
        (("languages: [ar, en]", "languages: [ar, en"), "4:7", ""),
        (("[Tolmari]", "['!!']"), "9:12", "no word"),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_column(
    change: tuple[str, str], place: str, said: str, tmp_path: Path
) -> None:
    path = written(tmp_path, DESK.replace(*change))

    with pytest.raises(ConfigurationError, match=rf"xb\.yaml:{place}: .*{said}"):
        load_desk(path)


def test_two_groups_cannot_share_a_name(tmp_path: Path) -> None:
    other = "  - {id: xb-two, name: Two, kind: ethnic, forms: {en: [TOLMARI]}}\n"

    with pytest.raises(ConfigurationError, match=r"xb\.yaml:11:56: .*xb-one.*xb-two.*TOLMARI"):
        load_desk(written(tmp_path, DESK + other))


ACTORS = """actors:
  - id: xb-guard
    name: Valley Guard
    kind: militia
    speaks_as: armed_party
    forms: {en: [Valley Guard]}
places:
  - {id: xb-mirr, name: Mirr, admin1: East, lat: 1.5, lon: 2.5, forms: {en: [Mirr]}}
dates:
  - {day: "04-07", name: The burning}
"""


def test_a_desk_knows_actors_places_and_dates(tmp_path: Path) -> None:
    desk = load_desk(written(tmp_path, DESK + ACTORS))

    assert desk.names["valley guard"] == Known(MentionKind.ACTOR, "xb-guard", "armed_party")
    assert desk.places["xb-mirr"].lat == 1.5
    assert desk.dates == (DeskDate("The burning", 4, 7, None),)


def test_a_day_that_no_calendar_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"xb\.yaml:20:11: 13-07"):
        load_desk(written(tmp_path, DESK + ACTORS.replace("04-07", "13-07")))


def test_a_folder_without_desks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no desk"):
        load_desks(tmp_path)


TERMS = """country: XB
terms:
  - group: xb-one
    language: en
    kind: coded
    forms: [guests]
    sense: composed for this test
    ambiguous: true
    source: composed
    reviewer: nobody
"""


def test_terms_of_abuse_come_from_a_folder_of_their_own(tmp_path: Path) -> None:
    written(tmp_path, DESK)
    folder = tmp_path / "terms"
    folder.mkdir()
    (folder / "xb.yaml").write_text(TERMS, encoding="utf-8")

    desks = with_terms(load_desks(tmp_path), folder)

    assert desks["XB"].names["guests"] == Known(MentionKind.GROUP, "xb-one", "coded", False)
    assert "guests" not in load_desks(tmp_path)["XB"].names


@pytest.mark.parametrize(
    ("change", "said"),
    [(("xb-one", "xb-two"), "3:12: .*xb-two"), (("country: XB", "country: XC"), "1:10: .*XC")],
)
def test_terms_for_nobody_are_refused(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    written(tmp_path, DESK)
    folder = tmp_path / "terms"
    folder.mkdir()
    (folder / "xb.yaml").write_text(TERMS.replace(*change), encoding="utf-8")

    with pytest.raises(ConfigurationError, match=said):
        with_terms(load_desks(tmp_path), folder)


def test_a_missing_folder_of_terms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="TOCSIN_LEXICONS"):
        with_terms({}, tmp_path / "none")


def test_a_changed_desk_is_taken_up_and_a_broken_one_is_not(tmp_path: Path) -> None:
    path = written(tmp_path, DESK)
    files = DeskFiles(tmp_path)
    first = files.current()
    assert files.current() is first

    path.write_text(DESK.replace("Tolmari", "Tolmaris"), encoding="utf-8")
    second = files.current()
    assert "tolmaris" in second.by_country["XB"].desk.names

    path.write_text(DESK.replace("kind: ethnic", "kind: none"), encoding="utf-8")
    assert files.current() is second

    path.write_text(DESK, encoding="utf-8")
    assert "tolmari" in files.current().by_country["XB"].desk.names
