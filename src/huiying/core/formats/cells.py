"""Cells of a table that leaves the house: no spreadsheet may take a text for a formula (pure)."""

from __future__ import annotations

#: What makes a spreadsheet calculate, in narrow and wide spelling; a quote may hide one from a reader of CSV.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_SKIPPED = " \"'\u3000\ufeff"


def safe_cell(text: str) -> str:
    """Return a text that is shown as it is: with ``'`` before what would be calculated.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("＋1"), safe_cell('"=1'), safe_cell("停水")
    ("'=HYPERLINK(1)", "'＋1", '\\'"=1', '停水')
    """
    first = text.lstrip(_SKIPPED)[:1]
    return f"'{text}" if first in _FORMULA and first else text
