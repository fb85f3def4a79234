"""The form that puts a plan into force, and the one that fills a post."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.selectors import people
from huiying.core.grading.levels import ResponseLevel

from .selectors import PlanMatch, here


class ActivationForm(forms.Form):
    """Which plan, at which level, and why when it is not the level the plan sets."""

    plan = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect, label=_("Plan"))
    response_level = forms.ChoiceField(
        label=_("Response level"), help_text=_("The plan sets the level by the grade. Another level needs a reason.")
    )
    level_reason = forms.CharField(
        label=_("Reason for another level"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, matches: Sequence[PlanMatch], data: QueryDict | None = None) -> None:
        best = matches[0] if matches else None
        initial = {"plan": best.version.pk, "response_level": best.level.value} if best else {}
        super().__init__(data, initial=initial)
        plan, level = self.fields["plan"], self.fields["response_level"]
        assert isinstance(plan, forms.TypedChoiceField) and isinstance(level, forms.ChoiceField)
        plan.choices = [(found.version.pk, f"{found.version.title_text} · {found.version.version}") for found in matches]
        level.choices = [(member.value, f"{member.value} · {here(member.label)}") for member in ResponseLevel]


class PostForm(forms.Form):
    """Who takes a post."""

    person_id = forms.TypedChoiceField(coerce=int, label=_("Person"))

    def __init__(self, data: QueryDict | None = None, person_id: int | None = None) -> None:
        super().__init__(data, initial={"person_id": person_id})
        field = self.fields["person_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("choose a person")), *((line.id, line.name) for line in people())]
