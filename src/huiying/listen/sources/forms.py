"""What people type in about sources."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiying.core.collectors.contract import Connector, Kind, Mode, Option
from huiying.core.formats.localised import localise

from .rules import LEAST_POLL_SECONDS, LEGAL_BASIS_LABELS, MEDIA_TIER_LABELS, LegalBasis, MediaTier
from .rules.archive import LONGEST_RETENTION_DAYS
from .services import Wish


class SourceForm(forms.Form):
    """A source of one kind: its address, the settings its connector declares, its place and its legal ground."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False, help_text=_("Without a name, the address is shown."))
    url = forms.CharField(label=_("Address"), max_length=2000, help_text=_("Beginning with https:// or http://."))
    channel = forms.CharField(
        label=_("Channel"), max_length=60, initial="web", help_text=_("Forum, news, Weibo …: stories count their spread by it.")
    )
    region = forms.CharField(
        label=_("Region"), max_length=60, required=False, help_text=_("Where its public lives; coverage is shown by it.")
    )
    topic = forms.CharField(label=_("Topic"), max_length=60, required=False, help_text=_("Water, schools, transport …; empty: everything."))
    media_tier = forms.TypedChoiceField(label=_("Reach"), coerce=int, choices=[(tier.value, MEDIA_TIER_LABELS[tier]) for tier in MediaTier])
    poll_seconds = forms.IntegerField(
        label=_("Ask at the latest every (seconds)"),
        min_value=LEAST_POLL_SECONDS,
        max_value=86_400,
        initial=300,
        help_text=_("Lively sources are asked more often, down to once a minute; none is asked less often than this."),
    )
    legal_basis = forms.ChoiceField(
        label=_("Legal basis"), required=False, choices=[("", "—"), *((basis.value, LEGAL_BASIS_LABELS[basis]) for basis in LegalBasis)]
    )
    purpose = forms.CharField(label=_("Purpose"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    terms_url = forms.CharField(label=_("Address of the terms of use"), required=False, max_length=2000)
    terms_checked = forms.BooleanField(label=_("I have read these terms and they allow this use"), required=False)
    retention_days = forms.IntegerField(
        label=_("Keep posts for (days)"),
        required=False,
        min_value=1,
        max_value=LONGEST_RETENTION_DAYS,
        help_text=_("Empty: as long as the house keeps posts."),
    )

    def __init__(self, connector: Connector, *args: Any, **kwargs: Any) -> None:  # Any: what forms.Form takes
        super().__init__(*args, **kwargs)
        self.connector = connector
        self.option_names = []
        for option in connector.options:
            name = f"option_{option.key}"
            self.fields[name] = option_field(option, is_new="options" not in self.initial)
            self.option_names.append(name)
        if connector.mode in (Mode.PUSH, Mode.DROP):
            self.fields["url"].required = False
            self.fields["url"].widget = forms.HiddenInput()
            del self.fields["poll_seconds"]
        for key, value in self.initial.get("options", {}).items():
            self.initial[f"option_{key}"] = "\n".join(map(str, value)) if isinstance(value, list) else value

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields by what they are about."""
        about = [
            (_("Where it is"), ["name", "url", *self.option_names]),
            (_("What it covers"), ["channel", "region", "topic", "media_tier", "poll_seconds"]),
            (_("On which legal ground"), ["legal_basis", "purpose", "terms_url", "terms_checked", "retention_days"]),
        ]
        return [(str(title), [self[name] for name in names if name in self.fields]) for title, names in about]

    def wish(self) -> Wish:
        """Return what was typed as a wish; call after ``is_valid``."""
        given = dict(self.cleaned_data)
        options = {name.removeprefix("option_"): given.pop(name) for name in self.option_names}
        return Wish(**given, options={key: value for key, value in options.items() if value not in (None, "", [])})


class WordsField(forms.CharField):
    """A list of texts, one a line."""

    def clean(self, value: Any) -> list[str]:  # Any: what a request brings
        """Return the lines that hold something."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


def option_field(option: Option, *, is_new: bool) -> forms.Field:
    """Return the form field of an option that a connector declares."""
    language = get_language() or "zh-hans"
    given: dict[str, Any] = {  # Any: the keywords of form fields
        "label": localise(option.label, language),
        "help_text": localise(option.help, language) if option.help else "",
        "required": option.required and (is_new or not option.secret),
        "initial": option.default,
    }
    if option.kind is Kind.FLAG:
        return forms.BooleanField(**given | {"required": False})
    if option.kind is Kind.NUMBER:
        return forms.IntegerField(min_value=option.least, max_value=option.most, **given)
    if option.kind is Kind.WORDS:
        words = option.default if isinstance(option.default, (list, tuple)) else ()
        given["initial"] = "\n".join(map(str, words))
        return WordsField(widget=forms.Textarea(attrs={"rows": 3}), **given)
    if option.choices:
        empty = [] if option.required or option.default in option.choices else [("", "—")]
        return forms.ChoiceField(choices=[*empty, *((choice, choice) for choice in option.choices)], **given)
    if option.secret:
        return forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "off"}), max_length=2000, **given)
    if option.kind is Kind.LONG:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}), max_length=100_000, **given)
    return forms.CharField(max_length=2000, **given)


class OpmlForm(forms.Form):
    """A list of feeds from another program."""

    file = forms.FileField(label=_("OPML file"), help_text=_("Every feed reader exports one."))
    channel = forms.CharField(label=_("Channel"), max_length=60, required=False, help_text=_("Empty: the folder of each feed."))
    legal_basis = forms.ChoiceField(
        label=_("Legal basis"), required=False, choices=[("", "—"), *((basis.value, LEGAL_BASIS_LABELS[basis]) for basis in LegalBasis)]
    )
    purpose = forms.CharField(label=_("Purpose"), required=False, max_length=500)


class ReportForm(forms.Form):
    """The first report of a member of staff (R71, R72)."""

    facts = forms.CharField(
        label=_("What happened"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What, where, since when, how many."),
    )
    origin = forms.CharField(label=_("Where it is being talked about"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    reaction = forms.CharField(label=_("How the public reacts"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    exercise = forms.BooleanField(label=_("This belongs to an exercise"), required=False)
