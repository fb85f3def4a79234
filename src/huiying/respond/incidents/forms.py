"""What people type about an incident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.rules import GROUP_LABELS
from huiying.base.accounts.selectors import people
from huiying.core.grading.levels import EventGrade
from huiying.core.grading.wording import level_label

from . import rules
from .services.judging import Judgement

Choices = list[tuple[str, rules.Label]]


def _choices(labels: Mapping[str, rules.Label]) -> Choices:
    return [(str(key), label) for key, label in labels.items()]


def _unknown_first(labels: Mapping[str, rules.Label]) -> Choices:
    return [("", _("not known")), *_choices(labels)]


def _people() -> list[tuple[str, str]]:
    return [("", "—"), *((str(line.id), f"{line.name} · {', '.join(line.role_labels)}") for line in people())]


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def numbers_of(text: str, fault: rules.Label) -> list[int]:
    """Return the numbers of a text with commas or spaces between; raises ValidationError naming a word that is none."""
    found = []
    for word in text.replace("，", ",").replace(",", " ").split():
        if not word.lstrip("-").isdecimal() or len(word) > 18:
            raise forms.ValidationError(str(fault), params={"word": word})
        found.append(int(word))
    return found


class OpenForm(forms.Form):
    """Open an incident by hand or from a warning."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("What happened, and where."))
    summary = forms.CharField(
        label=_("Basic facts, source, public reaction"),
        required=False,
        widget=_area(4),
        help_text=_("What the first report must say (R72)."),
    )
    story_ids = forms.CharField(
        label=_("Story numbers"), required=False, max_length=400, help_text=_("Numbers from the story pages, with commas between.")
    )
    crisis_at = forms.DateTimeField(
        label=_("Crisis time"),
        required=False,
        widget=_moment(),
        help_text=_("When the first sign was there. Empty: the first post of the linked stories."),
    )
    crisis_evidence = forms.CharField(label=_("What shows the crisis time"), required=False, max_length=400)
    reporter_contact = forms.CharField(
        label=_("Whom to call back"),
        required=False,
        max_length=200,
        help_text=_("Personal: kept for the response only and destroyed before closing."),
    )
    exercise = forms.BooleanField(label=_("This is an exercise"), required=False)

    def clean_story_ids(self) -> list[int]:
        """Turn the numbers into ids; a word that is no number is named."""
        return numbers_of(self.cleaned_data["story_ids"], _("“%(word)s” is no story number."))


class ConfirmForm(forms.Form):
    """The verification checklist."""

    basis = forms.ChoiceField(label=_("It is confirmed by"), choices=_choices(rules.BASIS_LABELS), widget=forms.RadioSelect)
    evidence = forms.CharField(label=_("Evidence"), widget=_area(), help_text=_("Who said it, when, where it can be seen."))
    checks = forms.MultipleChoiceField(
        label=_("Checked"), required=False, choices=_choices(rules.VERIFICATION_CHECKS), widget=forms.CheckboxSelectMultiple
    )


class AssessForm(forms.Form):
    """Nature, cause, impact, features, scope, trend and risk."""

    nature = forms.ChoiceField(label=_("Nature"), choices=_choices(rules.NATURE_LABELS), initial="social")
    cause = forms.ChoiceField(label=_("Cause"), choices=_choices(rules.CAUSE_LABELS), initial="event")
    trend = forms.ChoiceField(label=_("Trend"), choices=_choices(rules.TREND_LABELS), initial="rising")
    risk = forms.ChoiceField(label=_("Risk if nothing is done"), choices=_choices(rules.RISK_LABELS), initial="medium")
    impacts = forms.MultipleChoiceField(
        label=_("Impact on us"), required=False, choices=_choices(rules.IMPACT_LABELS), widget=forms.CheckboxSelectMultiple
    )
    affected = forms.MultipleChoiceField(
        label=_("Who is hit"), required=False, choices=_choices(rules.AFFECTED_LABELS), widget=forms.CheckboxSelectMultiple
    )
    features = forms.MultipleChoiceField(
        label=_("Features"), required=False, choices=_choices(rules.FEATURE_LABELS), widget=forms.CheckboxSelectMultiple
    )
    scope = forms.CharField(label=_("Scope"), widget=_area(2), help_text=_("Places, groups of people, services."))
    authority_attention = forms.ChoiceField(
        label=_("Attention of authorities"),
        required=False,
        choices=_unknown_first(rules.ATTENTION_LABELS),
        help_text=_("Feeds the grade scheme."),
    )
    offline_impact = forms.ChoiceField(
        label=_("Impact offline"), required=False, choices=_unknown_first(rules.OFFLINE_LABELS), help_text=_("Feeds the grade scheme.")
    )
    harm_if_rumour_believed = forms.ChoiceField(
        label=_("Harm if the rumour is believed"),
        required=False,
        choices=_unknown_first(rules.HARM_LABELS),
        help_text=_("Feeds the grade scheme."),
    )
    evidence = forms.CharField(label=_("Evidence"), widget=_area(), help_text=_("Posts, readings, calls, reports this rests on."))
    story_ids = forms.TypedMultipleChoiceField(
        label=_("Stories as evidence"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    file_ids = forms.TypedMultipleChoiceField(label=_("Files as evidence"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple)
    post_seqs = forms.CharField(
        label=_("Post numbers as evidence"),
        required=False,
        max_length=400,
        help_text=_("Numbers from the pages of posts, with commas between."),
    )
    measurements = forms.CharField(
        label=_("Measurements as evidence"),
        required=False,
        widget=_area(2),
        help_text=_("One a line: what was measured, where, when, with which result."),
    )

    def __init__(self, *args: Any, stories: Choices = (), files: Choices = (), **kwargs: Any) -> None:  # type: ignore[assignment]
        super().__init__(*args, **kwargs)
        self.fields["story_ids"].choices, self.fields["file_ids"].choices = stories, files  # type: ignore[attr-defined]
        for name, given in (("story_ids", stories), ("file_ids", files)):
            if not given:
                del self.fields[name]
        for name, label in rules.JUDGED_LABELS.items():
            self.fields[f"sure_{name}"] = forms.ChoiceField(
                label=_("How sure: %(what)s") % {"what": label},
                required=False,
                choices=[("", _("not said")), *_choices(rules.CONFIDENCE_LABELS)],
            )

    def clean_post_seqs(self) -> tuple[int, ...]:
        """Turn the numbers into ids; a word that is no number is named."""
        return tuple(numbers_of(self.cleaned_data["post_seqs"], _("“%(word)s” is no post number.")))

    def judgement(self) -> Judgement:
        """Return what was typed as one value."""
        data = {name: value for name, value in self.cleaned_data.items() if not name.startswith("sure_")}
        several = {name: tuple(data.get(name, ())) for name in ("impacts", "affected", "features", "story_ids", "file_ids")}
        sure = {name: word for name in rules.JUDGED_LABELS if (word := self.cleaned_data.get(f"sure_{name}"))}
        return Judgement(**{**data, **several, "confidence": sure})


class GradeForm(forms.Form):
    """Choose the event grade."""

    grade = forms.ChoiceField(label=_("Event grade"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=_area(),
        help_text=_("Needed when you differ from the proposal or change a grade in force."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, handed on
        language = get_language() or "zh-hans"
        grades = [(grade.value, f"{grade.value.split('_')[0]} · {level_label(grade.value, language)}") for grade in EventGrade]
        self.fields["grade"].choices = grades  # type: ignore[attr-defined]  # a choice field


class CommandForm(forms.Form):
    """Name commander and deputy."""

    commander_id = forms.TypedChoiceField(label=_("Commander"), coerce=int, choices=_people)
    deputy_id = forms.TypedChoiceField(label=_("Deputy"), coerce=int, choices=_people)


class MoveForm(forms.Form):
    """Move on, with a reason and what is set aside."""

    to = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), required=False, widget=_area(2))
    override = forms.BooleanField(label=_("Set aside what is not met; I am in command and the reason is recorded"), required=False)


class CrisisTimeForm(forms.Form):
    """Correct the crisis time."""

    crisis_at = forms.DateTimeField(label=_("Crisis time"), widget=_moment())
    evidence = forms.CharField(label=_("Evidence"), widget=_area(2))


class LogForm(forms.Form):
    """Write a line of the decision log."""

    kind = forms.ChoiceField(label=_("Kind"), choices=_choices(rules.LOG_LABELS))
    text = forms.CharField(label=_("What was decided or seen"), widget=_area(2))
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000)
    rejected = forms.CharField(
        label=_("Options set aside"), required=False, widget=_area(2), help_text=_("One a line, as “option: reason”.")
    )


class TaskForm(forms.Form):
    """Add a task beside the plan."""

    title = forms.CharField(label=_("Task"), max_length=200)
    is_order = forms.BooleanField(
        label=_("As an order"), required=False, help_text=_("It must be signed for and answered; the answer is accepted or returned.")
    )
    owner_id = forms.TypedChoiceField(label=_("Owner"), required=False, coerce=int, empty_value=None, choices=_people)
    group = forms.ChoiceField(label=_("Group"), required=False, choices=[("", "–"), *((k.value, v) for k, v in GROUP_LABELS.items())])
    minutes = forms.IntegerField(label=_("Minutes from now"), min_value=1, max_value=60 * 24 * 60, initial=60)
    expected_result = forms.CharField(label=_("Expected result"), required=False, max_length=400)


class CommentForm(forms.Form):
    """Write a remark."""

    text = forms.CharField(label=_("Comment"), widget=_area(2))


class FileForm(forms.Form):
    """Add a file."""

    file = forms.FileField(label=_("File"))


class ReasonForm(forms.Form):
    """One reason, nothing else."""

    reason = forms.CharField(label=_("Reason"), widget=_area(2))


class EvidenceForm(forms.Form):
    """What shows that a duty was done."""

    evidence = forms.CharField(label=_("What shows it"), widget=_area(2), help_text=_("A place, a link, a file."))


class StoryForm(forms.Form):
    """Tie a story to the incident."""

    story_id = forms.IntegerField(label=_("Story number"))


class MergeForm(forms.Form):
    """Fold into another incident."""

    into_id = forms.IntegerField(label=_("Number of the other incident"), help_text=_("The digits after the year, without zeros in front."))
    reason = forms.CharField(label=_("Reason"), widget=_area(2))
