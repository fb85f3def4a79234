"""What people type into reports, consultations, the list of experts and the task force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.selectors import people

from . import grade_rules, people_rules, rules
from .models import Assessment, Expert
from .report_rules import POINT_LABELS

Choices = list[tuple[str, rules.Label]]


def choices_of(labels: Mapping[str, rules.Label]) -> Choices:
    """Return labels as the choices of a field."""
    return [(str(key), label) for key, label in labels.items()]


def people_choices() -> list[tuple[str, str]]:
    """Return everybody who can sign in."""
    return [(str(line.id), f"{line.name} · {', '.join(line.role_labels)}") for line in people()]


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _people(label: Any, help_text: Any = "") -> forms.TypedMultipleChoiceField:  # Any: words of either kind
    widget = forms.SelectMultiple(attrs={"size": 8})
    return forms.TypedMultipleChoiceField(
        label=label, required=False, coerce=int, choices=people_choices, widget=widget, help_text=help_text
    )


class ReportForm(forms.Form):
    """Write a duty report from its draft, point by point."""

    kind = forms.ChoiceField(label=_("Kind"), choices=choices_of(rules.REPORT_LABELS))
    person_ids = _people(_("To whom, inside"), _("They get a message with a link; who was told and when stays on record."))
    recipient = forms.CharField(label=_("To whom, outside"), required=False, max_length=120, help_text=_("Such as a superior body."))

    def __init__(self, *args: Any, corrects: int | None = None, **kwargs: Any) -> None:  # Django's own arguments, handed on
        super().__init__(*args, **kwargs)
        for key, label in POINT_LABELS.items():
            self.fields[f"point_{key}"] = forms.CharField(label=str(label), required=False, widget=_area(4), max_length=20_000)
        self.fields["text"] = forms.CharField(label=_("In your own words"), required=False, widget=_area(2), max_length=20_000)
        if corrects is not None:
            self.fields["correction_reason"] = forms.CharField(label=_("What was wrong"), widget=_area(2), max_length=1000)

    def points(self) -> dict[str, str]:
        """Return what is said, by point."""
        return {key: self.cleaned_data[f"point_{key}"] for key in POINT_LABELS}


class GradeReviewForm(forms.Form):
    """Judge a grade afterwards."""

    verdict = forms.ChoiceField(label=_("Judgement"), choices=choices_of(grade_rules.VERDICT_LABELS), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), widget=_area(), help_text=_("What was known then, and what is known now."))


class ConsultationForm(forms.Form):
    """Record what was judged together."""

    held_at = forms.DateTimeField(label=_("Held at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    assessment_id = forms.TypedChoiceField(label=_("About the assessment"), required=False, coerce=int, empty_value=None)
    person_ids = _people(_("Who took part"))
    expert_ids = forms.TypedMultipleChoiceField(
        label=_("Experts called in"), required=False, coerce=int, widget=forms.SelectMultiple(attrs={"size": 4})
    )
    question = forms.CharField(label=_("Question"), widget=_area(2))
    opinions_for = forms.CharField(label=_("Opinions for"), widget=_area(), help_text=_("Who said what."))
    opinions_against = forms.CharField(
        label=_("Opinions against"), widget=_area(), help_text=_("Nobody against? Write so, and who was asked.")
    )
    conclusion = forms.CharField(label=_("Conclusion"), widget=_area(2))
    rejected = forms.CharField(
        label=_("Options set aside"), required=False, widget=_area(2), help_text=_("One a line, as “option: reason”.")
    )

    def __init__(self, *args: Any, assessments: list[Assessment], experts: list[Expert], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        count = len(assessments)
        versions = [(str(each.pk), f"{count - place} · {each.by_name}") for place, each in enumerate(assessments)]
        self.fields["assessment_id"].choices = [("", "—"), *versions]  # type: ignore[attr-defined]  # a choice field
        named = [(str(each.pk), f"{each.name} · {each.get_kind_display()}") for each in experts]
        self.fields["expert_ids"].choices = named  # type: ignore[attr-defined]  # a choice field


class ExpertForm(forms.Form):
    """Enter somebody into the list of experts and care roles."""

    name = forms.CharField(label=_("Full name"), max_length=80)
    kind = forms.ChoiceField(label=_("Called in as"), choices=choices_of(people_rules.EXPERT_LABELS))
    skills = forms.CharField(label=_("Knows about"), max_length=300, help_text=_("What they know, with commas between."))
    works_at = forms.CharField(label=_("Works at"), required=False, max_length=150)
    contact = forms.CharField(label=_("How to reach them"), required=False, max_length=200)
    person_id = forms.TypedChoiceField(
        label=_("Account here"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=lambda: [("", "—"), *people_choices()],
        help_text=_("With an account they are told at once and answer themselves."),
    )
    availability = forms.ChoiceField(label=_("Availability"), choices=choices_of(people_rules.AVAILABILITY_LABELS))
    away_until = forms.DateField(label=_("Away until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    is_listed = forms.BooleanField(label=_("In the list"), required=False, initial=True)


class InviteForm(forms.Form):
    """Call somebody in."""

    expert_id = forms.TypedChoiceField(label=_("Whom"), coerce=int)
    purpose = forms.CharField(label=_("For what"), widget=_area(2), help_text=_("What they should judge or do, and by when."))

    def __init__(self, *args: Any, experts: list[Expert], **kwargs: Any) -> None:  # Django's own arguments, handed on
        super().__init__(*args, **kwargs)
        named = [(str(each.pk), f"{each.name} · {each.get_kind_display()} · {each.fields}") for each in experts]
        self.fields["expert_id"].choices = named  # type: ignore[attr-defined]  # a choice field


class AnswerForm(forms.Form):
    """Answer an invitation."""

    accept = forms.TypedChoiceField(
        label=_("Answer"),
        coerce=lambda word: word == "yes",
        choices=[("yes", _("I take part")), ("no", _("I cannot"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Words to it"), required=False, widget=_area(2), max_length=500)


class TaskForceForm(forms.Form):
    """Form the group of this incident."""

    name = forms.CharField(label=_("Name"), max_length=120)
    mission = forms.CharField(label=_("Mission"), widget=_area(2))


class SeatForm(forms.Form):
    """Take somebody into the task force."""

    person_id = forms.TypedChoiceField(label=_("Who"), coerce=int, choices=people_choices)
    duty = forms.CharField(label=_("Duty"), max_length=200)
