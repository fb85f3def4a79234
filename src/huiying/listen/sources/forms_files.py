"""What people choose about a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiying.core.collectors.contract import BadOption
from huiying.core.collectors.dateorder import Order
from huiying.core.collectors.encodings import codec_of
from huiying.core.collectors.table.connector import DELIMITER_NAMES

from .models import Source

_DELIMITERS = {"comma": _("comma"), "tab": _("tab"), "semicolon": _("semicolon"), "bar": _("vertical bar")}
assert set(_DELIMITERS) == set(DELIMITER_NAMES)
FIELD_LABELS = {
    "id": _("number (stable id)"),
    "ts": _("time"),
    "title": _("title"),
    "text": _("content"),
    "url": _("link"),
    "author": _("author (kept as a pseudonym)"),
    "source": _("where it was said"),
    "lang": _("language"),
    "topic": _("kind of matter"),
    "region": _("district"),
    "handler": _("unit in charge"),
    "status": _("state of handling"),
}


class UploadForm(forms.Form):
    """A file, and the source that it belongs to."""

    source = forms.TypedChoiceField(label=_("Source"), coerce=int)
    file = forms.FileField(
        label=_("File"), help_text=_("CSV, JSONL, XLSX or XLS, alone or in a ZIP; nothing is stored before you have seen it.")
    )

    def __init__(self, sources: Iterable[Source], *args: Any, **kwargs: Any) -> None:  # Any: what forms.Form takes
        super().__init__(*args, **kwargs)
        chosen = self.fields["source"]
        assert isinstance(chosen, forms.TypedChoiceField)
        chosen.choices = [(source.pk, f"{source.name} · {source.get_connector_display()}") for source in sources]


class ReadingForm(forms.Form):
    """How a file is to be read where finding out went wrong."""

    delimiter = forms.ChoiceField(label=_("Delimiter"), required=False, choices=[("", _("find out")), *_DELIMITERS.items()])
    encoding = forms.CharField(label=_("Encoding"), required=False, max_length=40, help_text=_("Such as gb18030; empty: find out."))
    order = forms.ChoiceField(
        label=_("Dates such as 03/04/2026"),
        required=False,
        choices=[("", _("refuse")), (Order.DAY_FIRST.value, _("day first")), (Order.MONTH_FIRST.value, _("month first"))],
    )

    def clean_encoding(self) -> str:
        """Refuse an encoding that does not exist."""
        given = str(self.cleaned_data["encoding"]).strip()
        if given and not codec_of(given):
            raise forms.ValidationError(_("There is no such encoding: use utf-8, gb18030 or big5."))
        return given


def columns_said(posted: Iterable[tuple[str, str]], fields: Iterable[str]) -> str:
    """Return the option ``columns`` for pairs of column name and chosen field; raises BadOption for a field chosen twice."""
    chosen: dict[str, str] = {}
    for name, field in posted:
        if field and field in chosen:
            raise BadOption("columns", name, str(_("each meaning is chosen for one column at most")))
        if field:
            chosen[field] = " ".join(name.split())
    return "\n".join(f"{field}: {chosen.get(field, '')}" for field in fields)
