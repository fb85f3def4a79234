"""What people type in to search posts, to erase them and to judge them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiying.core.formats.keywords import QUERY_LIMIT

from .models import Source
from .narrowing import choosing
from .selectors import Filters
from .wording import channel_words

LANGUAGES = (
    ("", _("all")),
    ("zh", _("Chinese")),
    ("en", _("English")),
    ("ja", _("Japanese")),
    ("ko", _("Korean")),
    ("und", pgettext_lazy("language", "unknown")),
)
_ALL = ("", _("all"))


class SearchForm(forms.Form):
    """A query and what to narrow it to; the choices come from the sources there are."""

    q = forms.CharField(
        label=_("Words"),
        max_length=QUERY_LIMIT,
        required=False,
        help_text=_("停水 -演习 · “exact words” · (停水|断水) +投诉 · /停.?水/. All words must occur; | means either, - leaves out."),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    source = forms.TypedChoiceField(label=_("Source"), coerce=int, empty_value=None, required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    mood = forms.TypedChoiceField(
        label=_("Mood of the story"), coerce=int, empty_value=None, required=False, help_text=_("Of the story together, never of one post.")
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To, this day included"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    story = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, sources: list[Source], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or None
        self._sources = sources
        self._choices("source", [(str(source.pk), source.name) for source in sources])
        for name, words in (("channel", channel_words), ("region", str), ("topic", str)):
            self._choices(name, [(value, words(value)) for value in sorted({getattr(source, name) for source in sources} - {""})])

        moods = choosing("mood")
        self._choices("mood", [(str(value), str(words)) for value, words in moods.choices] if moods else [])

    def _choices(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [_ALL, *choices]

    def is_narrowed(self) -> bool:
        """Return whether anything but words was chosen."""
        return any(self.cleaned_data.get(name) for name in self.fields if name != "q")

    def filters(self, within: frozenset[int] | None) -> Filters:
        """Return the filters; a region or topic is the sources that have it, a mood the posts of stories that show it."""
        given = self.cleaned_data
        moods = choosing("mood")
        if given["mood"] and moods is not None:
            posts = moods.chosen(given["mood"])
            within = posts if within is None else within & posts
        chosen = self._sources
        for name in ("region", "topic"):
            chosen = [source for source in chosen if not given[name] or getattr(source, name) == given[name]]
        if given["source"]:
            chosen = [source for source in chosen if source.pk == given["source"]]
        is_narrowed = bool(given["source"] or given["region"] or given["topic"])
        return Filters(
            source_ids=[source.pk for source in chosen] if is_narrowed else None,
            channel=given["channel"],
            language=given["language"],
            since=day_start(given["since"]),
            until=day_start(given["until"] + timedelta(days=1)) if given["until"] else None,
            within=within,
        )


def day_start(day: object) -> datetime | None:
    """Return the first moment of a day in the installation's zone, or None."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None  # type: ignore[arg-type]  # a date of a cleaned form


class SubjectRequestForm(forms.Form):
    """What one person asks to have deleted; the name is turned into pseudonyms and not kept."""

    channel = forms.ChoiceField(label=_("Channel"))
    name = forms.CharField(
        label=_("Name the person writes under there"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Exactly as the channel shows it. It is turned into a pseudonym at once and never stored."),
    )
    reference = forms.CharField(
        label=_("File number of the request"), max_length=100, help_text=_("The letter itself stays where your organisation files it.")
    )

    def __init__(self, channels: Iterable[str], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or None
        cast(forms.ChoiceField, self.fields["channel"]).choices = [(channel, channel_words(channel)) for channel in channels]


class HoldForm(forms.Form):
    """Why posts are kept longer, and for which incident."""

    incident = forms.RegexField(r"^(\d{4}-)?\d{1,9}$", label=_("Number of the incident"), max_length=20)
    reason = forms.CharField(label=_("Why they are needed"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_incident(self) -> int:
        """Return the incident's own number: 12 for 2026-0012."""
        return int(str(self.cleaned_data["incident"]).rpartition("-")[2])


class OutsideForm(forms.Form):
    """Something that was said outside and should have been heard."""

    source = forms.TypedChoiceField(label=_("Source that should have brought it"), coerce=int)
    url = forms.URLField(label=_("Address"), required=False, max_length=2000, assume_scheme="https")
    words = forms.CharField(
        label=_("Or words of it"), required=False, max_length=200, help_text=_("Some words in a row that only this item has.")
    )
    published_on = forms.DateField(label=_("Published on"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, sources: list[Source], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or None
        cast(forms.ChoiceField, self.fields["source"]).choices = [(str(source.pk), source.name) for source in sources]


class StandardForm(forms.Form):
    """The shares that monitoring must reach."""

    precision = forms.FloatField(label=_("Precision at least (%)"), min_value=0, max_value=100)
    accuracy = forms.FloatField(label=_("Rightly captured at least (%)"), min_value=0, max_value=100)
    recall = forms.FloatField(label=_("Recall at least (%)"), min_value=0, max_value=100)
    sample_per_source = forms.IntegerField(label=_("Posts a source and week"), min_value=5, max_value=100)
