"""A published report as files: PDF and DOCX, in the same form and words as its page."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from jinja2 import Environment

from services.portal.desk.form import laid_out
from services.portal.desk.model import Clip, Edition, Report
from services.portal.pages.render import STATIC
from services.portal.pages.words import day, direction, owner, plain
from services.portal.problems import ProblemError

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MARKING = "TLP:GREEN"
NO_PANGO = ProblemError(
    503, "No PDF here", "This server lacks the library Pango: read the page or the DOCX file."
)


def as_pdf(templates: Environment, context: Mapping[str, Any]) -> bytes:
    """Return the PDF; nothing is fetched for it. ProblemError where the server lacks Pango."""
    try:
        # Imported here because it needs a library of the system, which only this use needs.
        from weasyprint import CSS, HTML  # noqa: PLC0415
    except OSError as error:
        raise NO_PANGO from error
    page = templates.get_template("report_print.html").render(dict(context))
    looks = [CSS(filename=STATIC / "report-print.css")]
    made: bytes = HTML(string=page, url_fetcher=_refuse).write_pdf(stylesheets=looks)
    return made


def as_docx(report: Report, edition: Edition, country: str) -> bytes:
    """Return the DOCX; passages in Arabic and other such scripts run from right to left."""
    made = docx.Document()
    made.core_properties.author, made.core_properties.title = edition.drafted_by, report.report_id
    made.add_heading(f"{country}: media in week {report.week}", level=1)
    made.add_paragraph(
        f"{day(report.days.first)} to {day(report.days.last)}. Edition {edition.number},"
        f" {day(edition.published_at)}, by {edition.drafted_by}, {edition.approved_by}. {MARKING}."
    )
    for corrected in report.notices:
        _say(made, f"Correction, {day(corrected.published_at)}: {corrected.notice}").bold = True
    for topic in laid_out(edition.topics, edition.clips):
        made.add_heading(f"{topic.number}. {topic.title}", level=2)
        for section in topic.sections:
            made.add_heading(section.title, level=3)
            for clip in section.entries:
                _entry(made, clip)
    made.add_heading("Not read or heard", level=2)
    for line in edition.not_read:
        made.add_paragraph(line, style="List Bullet")
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _entry(made: Any, clip: Clip) -> None:
    said = f"{clip.outlet_name} ({owner(clip.owner_kind)}, {plain(clip.medium)})"
    _say(made, f"{said}, {day(clip.event_at)}, in {clip.language}").bold = True
    _original(made, clip.headline)
    if clip.translation:
        _say(made, clip.translation.headline).italic = True
    _original(made, clip.passage)
    if clip.translation:
        _say(made, clip.translation.passage).italic = True
        role = plain(clip.translation.translator_role)
        on = day(clip.translation.translated_at)
        _small(made, f"Translated by {role}, {on}; checked by a second reader.")
    if clip.note:
        made.add_paragraph(clip.note)
    _small(made, f"{clip.url or 'no address'} · capture {clip.capture_id or 'none'}")


def _say(made: Any, text: str) -> Any:
    return made.add_paragraph().add_run(text)


def _original(made: Any, text: str) -> None:
    paragraph: Paragraph = made.add_paragraph()
    run = paragraph.add_run(text)
    if direction(text) == "rtl":
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001 - no public way
        run.font.rtl = True


def _small(made: Any, text: str) -> None:
    run = made.add_paragraph().add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x54, 0x5E, 0x66)


def _refuse(url: str, *_: object, **__: object) -> Any:
    raise ValueError(f"a report fetches nothing, not {url[:60]}")
