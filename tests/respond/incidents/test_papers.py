"""The situation report as page, Word document and PDF: one paper, the same words."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from huiying.base.ui.errors import NotNow
from huiying.listen.stories.models import Story
from huiying.respond.incidents.paper import Paper, Section, Table
from huiying.respond.incidents.paper_docx import docx_of
from huiying.respond.incidents.paper_pdf import pdf_of
from huiying.respond.incidents.rules import State

from .conftest import Room

PAPER = Paper(
    "舆情专报：河西自来水发黄",
    [("报送单位", "水务局")],
    [Section("basics", "基本情况", ['#eval("1") $x$ *不是标记* <script>'], [Table(["指标", "数值"], [["帖文", "60"]])])],
)


def test_the_word_document_has_official_fonts_and_every_word() -> None:
    document = docx.Document(BytesIO(docx_of(PAPER, "zh-hans")))
    words = "\n".join(each.text for each in document.paragraphs)
    assert "一、基本情况" in words and "报送单位：水务局" in words and '#eval("1")' in words
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["帖文", "60"]
    fonts = {run._element.rPr.rFonts.get(qn("w:eastAsia")) for each in document.paragraphs for run in each.runs}
    assert fonts == {"仿宋", "黑体", "方正小标宋简体"}


def test_the_pdf_takes_what_people_wrote_as_words() -> None:
    pytest.importorskip("typst")
    made = pdf_of(PAPER, "zh-hans")
    assert made.startswith(b"%PDF-") and len(made) > 5_000


def test_without_the_pdf_writer_the_way_without_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NotNow, match=r"huiying\[pdf\].*print the page"):
        pdf_of(PAPER, "en")


def test_page_and_files_carry_the_same_figures(client_as: Callable[[str], Any], room: Room, make_story: Callable[..., Story]) -> None:
    make_story(posts=10)
    incident = room.to(State.RESPONDING, story_ids=[7], exercise=False)
    auditor = client_as("auditor")
    page = auditor.get(f"/incidents/{incident.pk}/report/").content.decode()
    answer = auditor.get(f"/incidents/{incident.pk}/report.docx")
    assert answer["Content-Disposition"].endswith('.docx"')
    body = zipfile.ZipFile(BytesIO(answer.content)).read("word/document.xml").decode()
    for said in ("posts of stories 7", "Two districts", "Reported by", "Deadlines", "Not known yet"):
        assert said in page and said in body, said
    assert auditor.get(f"/incidents/{incident.pk}/report.exe").status_code == 404


def test_an_exercise_is_marked_on_every_form(client_as: Callable[[str], Any], room: Room) -> None:
    incident = room.to(State.RESPONDING, exercise=True)
    answer = client_as("auditor").get(f"/incidents/{incident.pk}/report.docx")
    assert "Exercise" in docx.Document(BytesIO(answer.content)).paragraphs[0].text


def test_a_duty_report_is_a_paper_too(client_as: Callable[[str], Any], room: Room) -> None:
    incident = room.to(State.RESPONDING)
    analyst = client_as("analyst")
    analyst.post(f"/incidents/{incident.pk}/duty-report/", {"kind": "first", "recipient": "Mayor", "point_basics": "Brown water"})
    answer = analyst.get(f"/incidents/{incident.pk}/reports/1/?form=docx")
    words = "\n".join(each.text for each in docx.Document(BytesIO(answer.content)).paragraphs)
    assert "Brown water" in words and "Mayor" in words
