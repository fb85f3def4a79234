"""Write small workbooks by hand, honest and hostile ones."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = f'<?xml version="1.0"?><worksheet xmlns="{_SHEETS}"><sheetData>'
TAIL = "</sheetData></worksheet>"


def column(number: int) -> str:
    """Return the letters of a column counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell(place: str, value: object) -> str:
    """Return one cell: a number with the date style when it is a float, text otherwise."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f'<c r="{place}" s="1"><v>{value}</v></c>'
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def sheet_xml(rows: Iterable[Sequence[object]], first: int = 1) -> str:
    """Return the XML of a sheet."""
    lines = (
        f'<row r="{number}">' + "".join(cell(f"{column(place)}{number}", value) for place, value in enumerate(row)) + "</row>"
        for number, row in enumerate(rows, first)
    )
    return HEAD + "".join(lines) + TAIL


def book(path: Path, sheets: dict[str, str], *, more: dict[str, bytes] | None = None) -> Path:
    """Write a workbook of sheets given as XML."""
    names = list(sheets)
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(names) + 1)
    )
    formats = '<xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/>'
    styles = f'<styleSheet xmlns="{_SHEETS}"><cellXfs count="2">{formats}</cellXfs></styleSheet>'
    files = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rIdS" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": styles,
        **{f"xl/worksheets/sheet{n}.xml": sheets[name] for n, name in enumerate(names, 1)},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, raw in (more or {}).items():
            archive.writestr(name, raw)
    return path
