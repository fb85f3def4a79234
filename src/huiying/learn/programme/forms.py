"""Forms of objectives, meetings and risks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.rules import GROUP_LABELS
from huiying.base.accounts.selectors import people
from huiying.base.rosters.forms import LocalDateTime

from .rules import DIRECTION_LABELS, EVERY_LABELS, STEPS, THEME_LABELS


class PeopleForm(forms.Form):
    """A form with fields whose choices are the people who can sign in."""

    people_fields: tuple[str, ...] = ()
    #: Fields that stand above the others, over the whole width.
    wide_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: as Django's own forms
        super().__init__(*args, **kwargs)
        choices = [(line.id, line.name) for line in people()]
        for name in self.people_fields:
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField | forms.TypedMultipleChoiceField)
            field.choices = choices


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ObjectiveForm(PeopleForm):
    """One objective."""

    people_fields = ("owner_id",)
    wide_fields = ("title", "measure")
    title = forms.CharField(label=_("Objective"), max_length=200, help_text=_("What must be so when it is reached."))
    theme = forms.ChoiceField(label=_("What it is for"), choices=list(THEME_LABELS.items()))
    measure = forms.CharField(label=_("Measure"), max_length=300, help_text=_("What is counted or timed, and from what record."))
    unit = forms.CharField(label=_("Unit of the measure"), max_length=40, help_text=_("minutes, %, people …"))
    direction = forms.ChoiceField(label=_("The value must be"), choices=list(DIRECTION_LABELS.items()))
    target = forms.FloatField(label=_("Target"), min_value=0)
    baseline = forms.FloatField(
        label=_("Baseline"), min_value=0, required=False, help_text=_("Empty while nobody has measured where it begins.")
    )
    starts_at = forms.DateTimeField(label=_("Begins"), widget=LocalDateTime)
    due_at = forms.DateTimeField(label=_("Due by"), widget=LocalDateTime)
    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int)
    every = forms.ChoiceField(label=_("Measured"), choices=list(EVERY_LABELS.items()), initial="quarterly")


class ReasonForm(forms.Form):
    """Why something is changed."""

    reason = forms.CharField(label=_("Reason for the change"), max_length=500)


class ReadingForm(forms.Form):
    """One reading."""

    value = forms.FloatField(label=_("Value"), min_value=0)
    at = forms.DateTimeField(label=_("Measured at"), widget=LocalDateTime)
    evidence = forms.CharField(label=_("What shows it"), max_length=500, help_text=_("A report, a list of clocks, a survey with its n."))


class SeriesForm(PeopleForm):
    """Who meets, what for and where."""

    people_fields = ("chair_id",)
    wide_fields = ("title", "purpose")
    title = forms.CharField(label=_("Name of the meetings"), max_length=200)
    group = forms.ChoiceField(label=_("Group that meets"), choices=[(kind.value, label) for kind, label in GROUP_LABELS.items()])
    chair_id = forms.TypedChoiceField(label=_("Chair"), coerce=int, help_text=_("Hears of a meeting without minutes."))
    place = forms.CharField(label=_("Place or link"), max_length=200, required=False)
    purpose = forms.CharField(label=_("Purpose"), widget=_lines(2), max_length=2000, required=False)


class RhythmForm(forms.Form):
    """When a series begins and how often it comes round."""

    every = forms.ChoiceField(label=_("How often"), choices=list(EVERY_LABELS.items()))
    starts_at = forms.DateTimeField(label=_("First meeting"), widget=LocalDateTime)


class AgendaForm(forms.Form):
    """What is to be spoken of."""

    agenda = forms.CharField(label=_("Agenda"), widget=_lines(4), max_length=8000, required=False, help_text=_("One point a line."))


class MinutesForm(PeopleForm):
    """What was said, and who was there."""

    people_fields = ("present_ids",)
    held_at = forms.DateTimeField(label=_("Held at"), widget=LocalDateTime)
    minutes = forms.CharField(
        label=_("Minutes"), widget=_lines(6), max_length=20000, help_text=_("Progress, problems, and what changes in the plan.")
    )
    present_ids = forms.TypedMultipleChoiceField(label=_("Present"), coerce=int, widget=forms.CheckboxSelectMultiple)


class DecisionForm(PeopleForm):
    """One decision with its owner and due time."""

    people_fields = ("owner_id",)
    text = forms.CharField(label=_("Decision"), max_length=200)
    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int)
    due_at = forms.DateTimeField(label=_("Due by"), widget=LocalDateTime)


def _step_or_none(value: str) -> int | None:
    return int(value) if value else None


class RiskWeightForm(forms.Form):
    """How likely and how bad."""

    likelihood = forms.TypedChoiceField(
        label=_("Likelihood"), coerce=_step_or_none, empty_value=None, required=False, choices=[("", _("not estimated")), *STEPS.items()]
    )
    impact = forms.TypedChoiceField(label=_("Impact"), coerce=int, choices=list(STEPS.items()))


class RiskReviewForm(RiskWeightForm):
    """One look at a risk."""

    note = forms.CharField(label=_("What you saw, and why it weighs so"), widget=_lines(2), max_length=2000)


class RiskForm(PeopleForm):
    """The words of a risk, its measure, owner and rhythm."""

    people_fields = ("owner_id",)
    wide_fields = ("title", "consequence", "measure")
    title = forms.CharField(label=_("Risk"), max_length=200, help_text=_("What may happen."))
    consequence = forms.CharField(label=_("Consequence"), widget=_lines(2), max_length=2000)
    measure = forms.CharField(label=_("Measure against it"), widget=_lines(2), max_length=2000)
    treat_by = forms.DateTimeField(label=_("In place by"), widget=LocalDateTime, required=False)
    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int)
    every = forms.ChoiceField(label=_("Reviewed"), choices=list(EVERY_LABELS.items()), initial="monthly")


class NewRiskForm(RiskForm, RiskWeightForm):
    """A new risk with its first weight."""

    field_order = ("title", "consequence", "likelihood", "impact", "measure", "treat_by", "owner_id", "every")


class OwnerForm(PeopleForm):
    """Who takes the risks that are known from the start."""

    people_fields = ("owner_id",)
    owner_id = forms.TypedChoiceField(label=_("Owner of all of them, for now"), coerce=int)
