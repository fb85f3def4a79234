"""The one form of this room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .rules import DISMISSALS, OUTCOME_LABELS


class DismissForm(forms.Form):
    """Why nothing has to be done, and what the alarm was worth."""

    outcome = forms.ChoiceField(label=_("What came of it"), choices=[(outcome.value, OUTCOME_LABELS[outcome]) for outcome in DISMISSALS])
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("It stays with the warning. The same story warns again only above this level, or after 12 quiet hours."),
    )
