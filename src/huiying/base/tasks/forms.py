"""The form that makes a task by hand."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.selectors import people


class TaskForm(forms.Form):
    """What is to be done, by whom, until when, with what and to what end."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int)
    due_at = forms.DateTimeField(
        label=_("Due by"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), required=False
    )
    expected_result = forms.CharField(label=_("Expected result"), max_length=500, required=False)
    resources = forms.CharField(label=_("Resources"), max_length=500, required=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        field = self.fields["owner_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(line.id, line.name) for line in people()]
