"""What people type in about a watch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiying.core.formats.keywords import QUERY_LIMIT
from huiying.listen.sources.wording import channel_words

LANGUAGES = (
    ("", _("all")),
    ("zh", _("Chinese")),
    ("en", _("English")),
    ("ja", _("Japanese")),
    ("ko", _("Korean")),
    ("und", pgettext_lazy("language", "unknown")),
)
NOTICES = ((1, _("1 hour")), (6, _("6 hours")), (24, _("24 hours")))


class WatchForm(forms.Form):
    """A saved search and when its owner is told."""

    name = forms.CharField(label=_("Name of the matter"), max_length=80)
    query = forms.CharField(
        label=_("Words"),
        max_length=QUERY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("停水 -演习 · “exact words” · (停水|断水) +投诉 · /停.?水/. All words must occur; | means either, - leaves out."),
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    is_told = forms.BooleanField(label=_("Tell me of new matches"), required=False)
    notice_hours = forms.TypedChoiceField(
        label=_("At most one notice in"), coerce=int, choices=NOTICES, initial=6, help_text=_("Never between 22:00 and 7:00.")
    )
    exercise = forms.BooleanField(label=_("Watch an exercise"), required=False)

    def __init__(self, channels: Iterable[str], data: object = None, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # a QueryDict or None
        cast(forms.ChoiceField, self.fields["channel"]).choices = [("", _("all")), *((each, channel_words(each)) for each in channels)]
