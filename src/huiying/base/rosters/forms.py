"""What a person fills in about the roster."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.models import Person
from huiying.base.accounts.rules import ROLE_LABELS, Role
from huiying.base.accounts.selectors import people

from .calendars import DAYS_LABELS
from .rotation import PATTERN_LABELS, Pattern
from .services import RotationTerms

Choices = Sequence[tuple[object, str]]


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

    def __init__(self, data: QueryDict | None = None, *, people: Choices, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        _offer(self, "person_id", people)


class OverrideForm(forms.Form):
    """Who is away from when to when, who stands in, and why."""

    prefix = "override"
    person_id = forms.TypedChoiceField(coerce=int, label=_("Who is away"))
    role = forms.ChoiceField(
        choices=[("", _("every role")), *((role.value, ROLE_LABELS[role]) for role in Role)], label=_("Role"), required=False
    )
    substitute_id = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False, label=_("Who stands in"), help_text=_("Empty: the deputy of each shift.")
    )
    reason = forms.CharField(label=_("Why"), max_length=200)
    starts_at = forms.DateTimeField(widget=LocalDateTime, label=_("Begins"))
    ends_at = forms.DateTimeField(widget=LocalDateTime, label=_("Ends"))

    def __init__(self, data: QueryDict | None = None, *, people: Choices, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        _offer(self, "person_id", people)
        _offer(self, "substitute_id", [("", "–"), *people])


class RotationForm(forms.Form):
    """Who takes turns in a role, in what order, from when to when."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    role = forms.ChoiceField(choices=[(role.value, ROLE_LABELS[role]) for role in Role], label=_("Role"), initial=Role.ANALYST.value)
    pattern = forms.ChoiceField(choices=list(PATTERN_LABELS.items()), label=_("Turns"), initial=Pattern.HOURS.value)
    slots = forms.CharField(
        label=_("Shifts of a day"),
        initial="08-20/20-08",
        help_text=_("08-20/20-08 by hours; for turns of a day or a week the hand-over time, such as 08:00."),
        max_length=120,
    )
    days = forms.ChoiceField(
        choices=list(DAYS_LABELS.items()), label=_("On"), help_text=_("Working days follow the public holidays of mainland China.")
    )
    zone = forms.CharField(label=_("Time zone"), max_length=60)
    starts_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), label=_("First day"))
    people = forms.CharField(
        label=_("People, in the order of their turns"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One user name or name a line."),
    )
    deputies = forms.CharField(
        label=_("Deputies, in the same way"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Empty: whoever has the next turn."),
    )
    is_gapless = forms.BooleanField(label=_("Somebody must be on in this role at every hour"), required=False, initial=True)
    is_standby = forms.BooleanField(label=_("Stand-by at home: the hours do not tire"), required=False)

    def clean_people(self) -> list[int]:
        """Read the order of the turns."""
        return _ids_of_names(self.cleaned_data["people"])

    def clean_deputies(self) -> list[int]:
        """Read the order of the deputies."""
        return _ids_of_names(self.cleaned_data["deputies"])

    def terms(self) -> RotationTerms:
        """Return what was filled in."""
        return RotationTerms(**self.cleaned_data)


def _ids_of_names(text: str) -> list[int]:
    """Read a list of people, one a line; a name that nobody or more than one has is an error that says so."""
    found, known = [], list(Person.objects.filter(is_active=True))
    for line in (line.strip() for line in text.splitlines()):
        own = [person.pk for person in known if line in (person.username, person.display_name)] if line else []
        if line and len(own) != 1:
            why = _("More than one person is called “%(name)s”: write the user name.") if own else _("Nobody active is called “%(name)s”.")
            raise forms.ValidationError(str(why) % {"name": line})
        found += own
    return found


def choices_of_people() -> list[tuple[object, str]]:
    """Return everybody who can be chosen."""
    return [(line.id, line.name) for line in people()]


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = choices


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
