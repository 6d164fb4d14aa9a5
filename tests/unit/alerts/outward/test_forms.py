"""The released record in the forms that others read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import stix2
from lxml import etree

from services.alerts.outward.atom import feed_of
from services.alerts.outward.cap import NAMESPACE, Issuer, cap_of
from services.alerts.outward.stix import bundle_of
from services.alerts.outward.wording import headline_of, label_of, lines_of
from shared.events import (
    AlertReleased,
    Certainty,
    Release,
    ReleaseState,
    Severity,
    SignalStatus,
)
from tests.factories import at, make_alert, make_evidence, make_place, make_situation

ISSUER = Issuer("tocsin@desk.example")
SCHEMA = Path(__file__).parents[5] / "shared" / "data" / "cap-xsd" / "CAP-v1.2.xsd"
PUBLIC = Release(state=ReleaseState.PUBLIC)
NS = {"c": NAMESPACE, "a": "http://www.w3.org/2005/Atom"}


def later(**overrides: Any) -> AlertReleased:
    defaults: dict[str, Any] = {"revision": 3, "revised_at": at(200)}
    return make_alert(**(defaults | overrides))


CASES = {
    "first": (make_alert(), ()),
    "public": (make_alert(release=PUBLIC), ()),
    "places": (make_alert(places=[make_place(), make_place(2, lat=None)]), ()),
    "update": (
        later(status=SignalStatus.UPDATED, certainty_harm=Certainty.LIKELY),
        (make_alert(),),
    ),
    "cancel": (
        later(status=SignalStatus.WITHDRAWN, correction_reason="Withdrawn after review."),
        (make_alert(),),
    ),
    "hostile": (make_alert(evidence=[make_evidence(quote="\x00\x1b<b>&\u202e")]), ()),
}


def parsed(name: str) -> etree._Element:
    alert, earlier = CASES[name]
    return etree.fromstring(cap_of(alert, ISSUER, earlier))


def text(root: etree._Element, path: str) -> list[str]:
    return [one.text for one in root.findall(path, NS)]


# The schema stays in the data folder beside the project, which a clone need not have; what CAP
# must hold is asserted without it too.
@pytest.mark.skipif(not SCHEMA.is_file(), reason="the CAP schema is not at hand")
@pytest.mark.parametrize("name", CASES)
def test_cap_is_valid_by_the_schema_of_oasis(name: str) -> None:
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(parsed(name))


@pytest.mark.parametrize("name", CASES)
def test_cap_has_what_the_standard_asks_for(name: str) -> None:
    root = parsed(name)

    order = [etree.QName(one).localname for one in root]
    wanted = ["identifier", "sender", "sent", "status", "msgType", "scope"]
    assert order[:6] == wanted
    assert order[-1] == "info"
    assert "Z" not in text(root, "c:sent")[0]
    restricted = text(root, "c:scope") == ["Restricted"]
    assert restricted == bool(text(root, "c:restriction"))
    assert text(root, "c:info/c:eventCode/c:valueName") == ["un-faac"]


def test_cap_updates_and_cancels_what_it_names() -> None:
    assert [text(parsed(name), "c:msgType") for name in ("first", "update", "cancel")] == [
        ["Alert"],
        ["Update"],
        ["Cancel"],
    ]
    (reference,) = text(parsed("cancel"), "c:references")
    first = parsed("first")
    assert reference.split(",") == [
        text(first, path)[0] for path in ("c:sender", "c:identifier", "c:sent")
    ]


def test_cap_says_exercise_in_a_drill_and_draft_before_release() -> None:
    drill = cap_of(make_alert(exercise=True), ISSUER)
    draft = cap_of(make_alert(release=Release()), ISSUER)

    assert [text(etree.fromstring(one), "c:status") for one in (drill, draft)] == [
        ["Exercise"],
        ["Draft"],
    ]


def test_harm_is_unknown_until_a_person_says_otherwise() -> None:
    assert text(parsed("first"), "c:info/c:certainty") == ["Unknown"]
    assert text(parsed("update"), "c:info/c:certainty") == ["Likely"]


def test_atom_holds_public_alerts_alone_each_once() -> None:
    old, new = make_alert(release=PUBLIC), later(release=PUBLIC, status=SignalStatus.CORRECTED)
    other = make_alert(2, release=PUBLIC, situation=make_situation(2, country="XB"))
    hidden = make_alert(3, situation=make_situation(3, target_group_id="xa-other"))
    feed = etree.fromstring(feed_of([new, old, other, hidden], "https://desk.example/a.atom"))
    one = etree.fromstring(
        feed_of(
            [new, other], "https://desk.example/xb.atom", country="XB", severity=Severity.SEVERE
        )
    )

    assert text(feed, "a:entry/a:id") == [f"urn:uuid:{x.signal_id}" for x in (new, other)]
    assert text(feed, "a:entry/a:title")[0].startswith("Corrected")
    assert len(one.findall("a:entry", NS)) == 1
    assert etree.fromstring(feed_of([], "https://desk.example/")).find("a:entry", NS) is None


@pytest.mark.parametrize("name", CASES)
def test_stix_is_read_by_the_library_of_oasis(name: str) -> None:
    alert, _ = CASES[name]
    bundle = stix2.parse(json.dumps(bundle_of(alert, "tocsin desk")))

    (report,) = [one for one in bundle.objects if one.type == "report"]
    assert report.revoked is (alert.status is SignalStatus.WITHDRAWN)
    assert bundle_of(alert, "tocsin desk") == bundle_of(alert, "tocsin desk")


def test_words_assess_and_never_confirm() -> None:
    for alert, _ in CASES.values():
        said = " ".join([headline_of(alert), *lines_of(alert)]).lower()
        assert "may match" in said
        assert not {"confirmed", "genocide", "incitement"} & set(said.split())


def test_an_indicator_that_nobody_compared_is_marked() -> None:
    assert label_of("7.14").endswith("[text not checked]")
    assert label_of("99.1") == "UN 99.1"
