"""What people write about rules."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .rules import DAYS_LEAST, DAYS_MOST, DAYS_USUAL


class RulesForm(forms.Form):
    """The text of rules, and what is meant by the change."""

    text = forms.CharField(
        label=_("Rules"), strip=False, widget=forms.Textarea(attrs={"rows": 32, "spellcheck": "false", "class": "code", "wrap": "off"})
    )
    note = forms.CharField(label=_("What changes, and why"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False)


class TestForm(forms.Form):
    """How far back a back-test looks."""

    __test__ = False
    days = forms.IntegerField(label=_("Past days"), min_value=DAYS_LEAST, max_value=DAYS_MOST, initial=DAYS_USUAL)


class ReasonForm(forms.Form):
    """Why rules go back to their writers, or are given up."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)
