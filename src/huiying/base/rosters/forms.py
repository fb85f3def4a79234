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


class HandoverForm(forms.Form):
    """Which of one's own roles is handed over, to whom, with what words."""

    role = forms.ChoiceField(label=_("Role"))
    incoming_id = forms.TypedChoiceField(coerce=int, label=_("Who takes over"))
    note = forms.CharField(
        label=_("What the next person must know"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )

    def __init__(self, person_id: int | None, roles: frozenset[str], data: QueryDict | None = None) -> None:
        super().__init__(data)
        role, incoming = self.fields["role"], self.fields["incoming_id"]
        assert isinstance(role, forms.ChoiceField) and isinstance(incoming, forms.TypedChoiceField)
        role.choices = [(held.value, ROLE_LABELS[held]) for held in Role if held.value in roles]
        incoming.choices = [(line.id, line.name) for line in people() if line.id != person_id and roles & set(line.roles)]
