"""The ratchet on the contracts: fields are added, and never removed, renamed or retyped."""

import shutil
from pathlib import Path

import pytest

from shared.events import EVENT_CLASSES, Event, ItemRemoved
from shared.schemas import FOLDER, problems, write
from shared.topics import TOPICS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for event_class in EVENT_CLASSES:
        shutil.copytree(FOLDER / event_class.TYPE, tmp_path / event_class.TYPE)
    return tmp_path


def test_every_topic_has_one_type_and_every_type_one_topic() -> None:
    assert [one.TOPIC for one in EVENT_CLASSES] == list(TOPICS)
    assert [one.TYPE for one in EVENT_CLASSES] == [topic.event_type for topic in TOPICS]


@pytest.mark.parametrize("event_class", EVENT_CLASSES, ids=lambda one: one.TYPE)
def test_published_fields_are_listed(event_class: type[Event]) -> None:
    listed = (FOLDER / event_class.TYPE / "fields.txt").read_text("utf-8").splitlines()
    top_level = {line.split()[0] for line in listed if not set(".[]") & set(line.split()[0])}
    assert set(event_class.model_fields) <= top_level


def test_lost_field_is_a_problem_that_writing_does_not_repair(folder: Path) -> None:
    fields = folder / ItemRemoved.TYPE / "fields.txt"
    fields.write_text(fields.read_text("utf-8") + "requested_by null|string\n", "utf-8")
    write(folder)
    assert any("lost `requested_by null|string`" in problem for problem in problems(folder))


def test_retyped_field_is_a_problem(folder: Path) -> None:
    fields = folder / ItemRemoved.TYPE / "fields.txt"
    text = fields.read_text("utf-8").replace("recorded_at string", "recorded_at integer")
    fields.write_text(text, "utf-8")
    assert any("lost `recorded_at integer`" in problem for problem in problems(folder))


def test_new_field_is_a_problem_until_it_is_written(folder: Path) -> None:
    fields = folder / ItemRemoved.TYPE / "fields.txt"
    fields.write_text(fields.read_text("utf-8").replace("scope string\n", ""), "utf-8")
    assert any("is not up to date" in problem for problem in problems(folder))
    write(folder)
    assert problems(folder) == []


def test_example_that_is_no_event_is_a_problem(folder: Path) -> None:
    (folder / ItemRemoved.TYPE / "example-broken.json").write_text("{}", "utf-8")
    assert any("item_id: Field required" in problem for problem in problems(folder))
