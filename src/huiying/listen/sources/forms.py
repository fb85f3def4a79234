"""What people type in about sources."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .rules import LEAST_POLL_SECONDS, MEDIA_TIER_LABELS, MediaTier


class SourceForm(forms.Form):
    """A feed to read from now on."""

    name = forms.CharField(label=_("Name"), max_length=200)
    url = forms.CharField(
        label=_("Address of the feed"), max_length=2000, help_text=_("RSS, Atom or JSON Feed, beginning with https:// or http://.")
    )
    channel = forms.CharField(
        label=_("Channel"), max_length=60, initial="web", help_text=_("Forum, news, Weibo …: stories count their spread by it.")
    )
    media_tier = forms.TypedChoiceField(label=_("Reach"), coerce=int, choices=[(tier.value, MEDIA_TIER_LABELS[tier]) for tier in MediaTier])
    poll_seconds = forms.IntegerField(label=_("Ask every (seconds)"), min_value=LEAST_POLL_SECONDS, max_value=86_400, initial=300)


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


class SearchForm(forms.Form):
    """Words to find posts by."""

    q = forms.CharField(label=_("Words"), max_length=200, required=False)
