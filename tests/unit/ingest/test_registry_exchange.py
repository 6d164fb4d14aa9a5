from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.ingest.registry import RegisteredOutlet
from services.ingest.registry_exchange import Form, read, written
from services.ingest.registry_file import Given, load_registry
from services.ingest.registry_folder import RegistryFolder
from shared.errors import ConfigurationError

SHIPPED = Path("deploy/config/outlets")


@pytest.fixture
def folder(tmp_path: Path) -> RegistryFolder:
    for path in SHIPPED.glob("*.yaml"):
        shutil.copyfile(path, tmp_path / path.name)
    return RegistryFolder(tmp_path)


def texts(folder: RegistryFolder) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.folder.iterdir())}


def outlets() -> list[RegisteredOutlet]:
    return list(load_registry(SHIPPED).outlets)


def odd() -> RegisteredOutlet:
    """An outlet whose fields are what files, tables and lists trip over."""
    (example,) = (one for one in outlets() if one.outlet_id == "cd-rtnc-goma")
    source = outlets()[0].sources[0].model_copy(update={"source_id": "xa-odd-feed"})
    address = {"url": "https://odd.example.org/?a=1&b=%22", "enabled": True}
    return example.model_copy(
        update={
            "outlet_id": "xa-odd",
            "name": '=HYPERLINK("x"), \'a\' <b> & "c": # ٣',
            "country": "XA",
            "languages": ("no", "ar"),
            "sources": (source.model_copy(update=address),),
        }
    )


@pytest.mark.parametrize("form", Form)
def test_round_trip_gives_the_same_outlets(form: Form) -> None:
    given = [*outlets(), odd()]
    found = [one.outlet for one in read("x", written(given, form), form)]
    assert sorted(found, key=lambda one: one.outlet_id) == sorted(
        given, key=lambda one: one.outlet_id
    )


@pytest.mark.parametrize("form", Form)
def test_import_of_an_export_changes_no_byte(form: Form, folder: RegistryFolder) -> None:
    before = texts(folder)
    found = read("x", written(outlets(), form), form)
    changes = folder.put(found, may_change=False)
    assert (changes.added, changes.changed) == ((), ())
    assert len(changes.unchanged) == len(outlets())
    assert texts(folder) == before


def test_no_cell_of_a_table_is_a_formula() -> None:
    cells = [cell for line in written([odd()], Form.CSV).splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.strip('"')[:1] in tuple("=+-@")]


def test_new_country_and_new_outlet_are_added_and_the_rest_stays(folder: RegistryFolder) -> None:
    before = texts(folder)
    other = odd().model_copy(update={"outlet_id": "sd-odd", "country": "SD", "sources": ()})
    changes = folder.put([Given(odd(), "x"), Given(other, "x")], may_change=False)
    assert changes.added == ("xa-odd", "sd-odd")
    after = texts(folder)
    assert after["sd.yaml"].startswith(before["sd.yaml"])
    assert set(after) - set(before) == {"xa.yaml"}
    assert folder.outlet("xa-odd") == odd()


def test_edit_changes_the_lines_of_its_outlet_alone(folder: RegistryFolder) -> None:
    path = folder.folder / "sd.yaml"
    text = path.read_text("utf-8").replace(
        "  - outlet_id: sd-sudan-radio\n", "  # before the radio\n  - outlet_id: sd-sudan-radio\n"
    )
    path.write_text(text, "utf-8")
    edited = folder.outlet("sd-sudan-tv").model_copy(update={"name": "Another TV"})
    folder.put([Given(edited, "x")], may_change=True)
    assert path.read_text("utf-8") == text.replace("name: Sudan TV\n", "name: Another TV\n")


@pytest.mark.parametrize("form", Form)
def test_known_outlet_with_other_facts_is_refused_with_its_line(
    form: Form, folder: RegistryFolder
) -> None:
    before = texts(folder)
    edited = folder.outlet("sd-sudan-tv").model_copy(update={"name": "Another TV"})
    given = read("list", written([outlets()[0], edited], form), form)
    with pytest.raises(ConfigurationError, match=r"list, line \d+: sd-sudan-tv is registered with"):
        folder.put(given, may_change=False)
    assert texts(folder) == before
    assert folder.put(given, may_change=True).changed == ("sd-sudan-tv",)


@pytest.mark.parametrize("form", Form)
def test_outlet_given_twice_and_address_of_another_are_refused_with_their_line(
    form: Form, folder: RegistryFolder
) -> None:
    first = outlets()[0]
    same_address = odd().model_copy(
        update={"sources": (first.sources[0].model_copy(update={"source_id": "xa-odd-feed"}),)}
    )
    for given, reason in (([odd(), odd()], "twice"), ([same_address], "polled twice")):
        with pytest.raises(ConfigurationError, match=rf"list, line \d+: .*{reason}"):
            folder.put(read("list", written(given, form), form), may_change=True)


def test_outlet_cannot_move_to_another_country(folder: RegistryFolder) -> None:
    moved = folder.outlet("sd-sudan-tv").model_copy(update={"country": "XA"})
    with pytest.raises(ConfigurationError, match="another country"):
        folder.put([Given(moved, "x")], may_change=True)


def test_list_of_a_feed_reader_becomes_outlets_that_nobody_polls_yet() -> None:
    text = (
        "<opml version='1.0'><body><outline text='Folder'><outline text='Éxample Times' "
        "xmlUrl='https://times.example.org/rss'/></outline></body></opml>"
    )
    with pytest.raises(ConfigurationError, match=r"line 1: .*--country"):
        read("list", text, Form.OPML)
    (found,) = read("list", text, Form.OPML, "XA")
    assert found.outlet.outlet_id == "xa-example-times"
    assert (found.outlet.base, found.outlet.ownership.owner) == ("unknown", ())
    assert not found.outlet.sources[0].enabled


@pytest.mark.parametrize(
    ("form", "text", "reason"),
    [
        (Form.CSV, "a,b\n", "line 1: the columns are"),
        (Form.OPML, "<opml>", "this is not OPML"),
        (Form.OPML, "<!DOCTYPE x [<!ENTITY a 'b'>]><opml/>", "this is not OPML"),
        (Form.YAML, "country: XA\noutlets: []\n---\ncountry: XB\noutlets: 3\n", "line 5: outlets"),
    ],
)
def test_mistake_in_a_list_is_named_with_its_line(form: Form, text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        read("list", text, form)


def test_mistake_in_a_table_is_named_with_its_line() -> None:
    text = written([odd()], Form.CSV)
    for old, new, reason in (
        ("owner,", "owned,", "line 3: a row is"),
        (",no ar,", ",no-ar,", "line 2: languages"),
        ("feed,https", "feed,ftp", "line 2: sources"),
        (",not yet\n", ",not yet,extra\n", "line 6: the row has"),
    ):
        assert old in text
        with pytest.raises(ConfigurationError, match=reason):
            read("list", text.replace(old, new), Form.CSV)
