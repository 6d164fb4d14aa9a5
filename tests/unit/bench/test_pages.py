"""The benchmark's input: every page is another one, and always the same."""

from __future__ import annotations

from deploy.bench.pages import changed, read_pages


def test_every_page_has_another_address_and_another_body() -> None:
    pages = list(read_pages("texts", 0, 50))
    assert len({page.path for page in pages}) == 50
    assert len({page.body for page in pages}) == 50


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert list(read_pages("texts", 10, 5)) == list(read_pages("texts", 0, 15))[10:]


def test_the_changed_paragraph_stands_after_the_first_one() -> None:
    body = changed(b"<body><p>First.</p><p>Second.</p></body>", 7)
    assert body.startswith(b"<body><p>First.</p><p>This is edition 7")
    assert body.endswith(b"<p>Second.</p></body>")


def test_a_page_without_paragraphs_is_changed_too() -> None:
    assert b"edition 3" in changed(b"plain", 3)
