"""A paper as a Word document."""

from __future__ import annotations

from io import BytesIO
from typing import Any  # python-docx has no types

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from .paper import Paper, Table

#: Fonts of GB/T 9704 for official papers; Word falls back to another where one is missing.
BODY, HEADING, TITLE = "仿宋", "黑体", "方正小标宋简体"
LATIN = "Times New Roman"


def docx_of(paper: Paper, language: str) -> bytes:
    """Return the paper as a DOCX file."""
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3.7), Cm(3.5), Cm(2.8), Cm(2.6)
    _font(document.styles["Normal"], BODY, 14)
    document.core_properties.title, document.core_properties.author = paper.title, "Huiying"
    if paper.mark:
        _line(document, paper.mark, HEADING, 14, centred=True)
    _line(document, paper.title, TITLE, 20, centred=True)
    for name, value in paper.facts:
        _line(document, f"{name}：{value}" if language.startswith("zh") else f"{name}: {value}", BODY, 14)
    for heading, part in paper.numbered(language):
        _line(document, heading, HEADING, 15, level=1)
        for text in part.paragraphs:
            for line in text.splitlines():
                _line(document, line, BODY, 14, indent=language.startswith("zh"))
        for table in part.tables:
            _table(document, table)
    if paper.foot:
        _line(document, paper.foot, BODY, 10)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def _line(document: Any, text: str, font: str, size: int, *, centred: bool = False, level: int = 0, indent: bool = False) -> None:
    paragraph = document.add_heading(level=level) if level else document.add_paragraph()
    run = paragraph.add_run(text)
    _font(run, font, size)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)


def _table(document: Any, table: Table) -> None:
    grid = document.add_table(rows=1, cols=len(table.heads), style="Table Grid")
    for place, head in enumerate(table.heads):
        _cell(grid.rows[0].cells[place], head, HEADING)
    for row in table.rows:
        cells = grid.add_row().cells
        for place, text in enumerate(row):
            _cell(cells[place], text, BODY)
    document.add_paragraph()


def _cell(cell: Any, text: str, font: str) -> None:
    _font(cell.paragraphs[0].add_run(text), font, 10)


def _font(target: Any, name: str, size: int) -> None:
    """Set the Latin and the East Asian font of a run or style: Word keeps the two apart."""
    target.font.name, target.font.size = LATIN, Pt(size)
    target.font.color.rgb = docx.shared.RGBColor(0, 0, 0)
    target.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
