"""Reports of the room as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from .selectors import LegalRow

#: A cell that begins with one of these is a formula for a spreadsheet (full-width forms too).
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def legal_csv(rows: Iterable[LegalRow]) -> str:
    """Return the legal basis report; begins with a byte order mark, without which Excel misreads Chinese."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(
        [
            _("Missing"),
            _("Name"),
            _("Kind"),
            _("Address"),
            _("Channel"),
            _("Legal basis"),
            _("Purpose"),
            _("Terms of use"),
            _("Terms read on"),
            _("Posts kept (days)"),
            _("Deletions are signalled"),
            _("State"),
        ]
    )
    for row in rows:
        source = row.source
        checked = source.terms_checked_at.date().isoformat() if source.terms_checked_at else ""
        writer.writerow(
            [
                safe_cell(cell)
                for cell in (
                    "; ".join(row.missing_words),
                    source.name,
                    source.get_connector_display(),
                    source.url,
                    source.channel,
                    row.basis,
                    source.purpose,
                    row.terms,
                    checked,
                    str(row.retention_days),
                    _("yes") if row.signals_deletions else _("no"),
                    source.get_state_display(),
                )
            ]
        )
    return "\ufeff" + file.getvalue()


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("water")
    ("'=1+1", 'water')
    """
    return f"'{text}" if text.lstrip(" '\"").startswith(_FORMULA) else text
