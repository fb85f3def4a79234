"""What people type when incidents are split, followed, handed over, kept to a circle or closed."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.rules import ROLE_LABELS, Role
from huiying.base.accounts.selectors import people

Choices = Sequence[tuple[int, str]]


def _area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _people() -> list[tuple[str, str]]:
    return [(str(line.id), f"{line.name} · {', '.join(line.role_labels)}") for line in people()]


def _commanders() -> list[tuple[str, str]]:
    label = str(ROLE_LABELS[Role.COMMANDER])
    return [(str(line.id), line.name) for line in people() if label in {str(each) for each in line.role_labels}]


class SplitForm(forms.Form):
    """Choose what goes to a new incident."""

    title = forms.CharField(label=_("Title of the new incident"), max_length=200)
    story_ids = forms.TypedMultipleChoiceField(
        label=_("Stories that go there"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    task_ids = forms.TypedMultipleChoiceField(
        label=_("Tasks that go there"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Reason"), widget=_area())

    def __init__(self, *args: object, stories: Choices, tasks: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, handed on
        for name, choices in (("story_ids", stories), ("task_ids", tasks)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field
            if not choices:
                del self.fields[name]


class FollowUpForm(forms.Form):
    """Open a new incident for a matter that came back."""

    title = forms.CharField(label=_("Title of the new incident"), max_length=200)
    reason = forms.CharField(label=_("What makes it come back"), widget=_area())


class CircleForm(forms.Form):
    """Say who may read."""

    confidential = forms.BooleanField(label=_("Confidential"), required=False, help_text=_("For everybody else the incident is not there."))
    roles = forms.MultipleChoiceField(
        label=_("Roles that read it"),
        required=False,
        choices=[(role.value, label) for role, label in ROLE_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    person_ids = forms.TypedMultipleChoiceField(
        label=_("People who read it"), required=False, coerce=int, choices=_people, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Reason"), widget=_area())


class RetentionForm(forms.Form):
    """Sign an exception from the purge."""

    kept = forms.CharField(label=_("Which information is kept"), widget=_area())
    reason = forms.CharField(label=_("Why, on what legal basis"), widget=_area())
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))


class HandOverForm(forms.Form):
    """Hand command over."""

    incoming_id = forms.TypedChoiceField(label=_("Who takes command"), coerce=int, choices=_commanders)
    note = forms.CharField(label=_("What else the next commander must know"), required=False, widget=_area(4))
