"""Forms of a review."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.selectors import people

from .rules import FINDING_LABELS


class ReviewForm(forms.Form):
    """The text of a review: what happened, what it did, why, and what to keep."""

    summary = forms.CharField(
        label=_("What happened and which measures were taken"), widget=forms.Textarea(attrs={"rows": 4}), max_length=8000, required=False
    )
    effect = forms.CharField(
        label=_("Effect of the measures"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=8000,
        required=False,
        help_text=_("“No measurable effect” is a valid answer."),
    )
    causes = forms.CharField(label=_("Causes"), widget=forms.Textarea(attrs={"rows": 3}), max_length=8000, required=False)
    lessons = forms.CharField(
        label=_("Lessons for later incidents"), widget=forms.Textarea(attrs={"rows": 3}), max_length=8000, required=False
    )


class FindingForm(forms.Form):
    """One finding."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(FINDING_LABELS.items()))
    text = forms.CharField(label=_("Finding"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000)
    evidence = forms.CharField(label=_("What shows it"), max_length=1000, help_text=_("A clock, a line of the log, a document."))
    cause = forms.CharField(label=_("Cause"), max_length=1000, required=False)


class ActionForm(forms.Form):
    """One corrective action."""

    title = forms.CharField(label=_("What is changed"), max_length=300)
    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int)
    due_at = forms.DateTimeField(label=_("Due by"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="action_%s")
        field = self.fields["owner_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(line.id, line.name) for line in people()]
