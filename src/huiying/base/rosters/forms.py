"""The form that puts somebody on duty."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.rules import ROLE_LABELS, Role
from huiying.base.accounts.selectors import people


class LocalDateTime(forms.DateTimeInput):
    """A browser's own picker of day and time, in the installation's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ShiftForm(forms.Form):
    """Who, in what role, from when to when."""

    person_id = forms.TypedChoiceField(coerce=int, label=_("Person"))
    role = forms.ChoiceField(choices=[(role.value, ROLE_LABELS[role]) for role in Role], label=_("Role"))
    starts_at = forms.DateTimeField(widget=LocalDateTime, label=_("Begins"))
    ends_at = forms.DateTimeField(widget=LocalDateTime, label=_("Ends"))

    def __init__(self, data: QueryDict | None = None, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["person_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(line.id, line.name) for line in people()]
