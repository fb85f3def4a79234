"""What a person fills in about a chain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.rules import GROUP_LABELS, ROLE_LABELS, GroupKind, Role
from huiying.base.accounts.selectors import people
from huiying.core.grading.wording import level_label

from .rules import MOST_REPEATS, OUTSIDE_LABELS, WAYS, Chain, Outside, Step, levels
from .wording import WAY_LABELS

#: rows; empty ones at the end, to add steps without script.
EMPTY_ROWS = 3
MOST_STEPS = 30


class StepForm(forms.Form):
    """One step; a row without an addressee is no step."""

    to = forms.ChoiceField(label=_("Tell"), required=False)
    wait = forms.IntegerField(label=_("After minutes"), min_value=0, max_value=1440, initial=5, required=False)
    ways = forms.MultipleChoiceField(
        label=_("Besides the message inside Huiying, by"),
        choices=[(way, WAY_LABELS[way]) for way in WAYS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    hours = forms.CharField(label=_("Only in these hours"), max_length=20, required=False, help_text=_("Such as 07-22; empty is always."))
    outside = forms.ChoiceField(label=_("Outside them"), choices=list(OUTSIDE_LABELS.items()), required=False)
    repeat = forms.IntegerField(label=_("Times"), min_value=1, max_value=MOST_REPEATS, initial=1, required=False)
    every = forms.IntegerField(label=_("Every minutes"), min_value=0, max_value=1440, initial=0, required=False)

    def __init__(self, *args: Any, targets: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = targets or target_choices()

    def step(self) -> Step | None:
        """Return the step that was filled in; None for an empty row or one to be taken out."""
        values = self.cleaned_data
        if not values.get("to") or values.get("DELETE"):
            return None
        return Step(
            to=values["to"],
            wait=values["wait"] or 0,
            ways=tuple(values["ways"]),
            hours=values["hours"].strip(),
            outside=Outside(values["outside"] or Outside.WAIT),
            repeat=values["repeat"] or 1,
            every=values["every"] or 0,
        )


class ChainForm(forms.Form):
    """What holds for the whole chain."""

    answer_minutes = forms.IntegerField(label=_("Somebody on shift must be reached within minutes"), min_value=1, max_value=1440)
    hands_to = forms.ChoiceField(
        label=_("When nobody answers, go on with the chain of"),
        choices=[("", "–")],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["hands_to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((level, level_label(level, get_language() or "zh-hans")) for level in levels())]


StepFormSet = forms.formset_factory(StepForm, extra=EMPTY_ROWS, can_delete=True, max_num=MOST_STEPS, absolute_max=MOST_STEPS + EMPTY_ROWS)


def target_choices() -> list[tuple[Any, Any]]:
    """Return everybody who can be told, by kind."""
    roles = [(role.value, ROLE_LABELS[role]) for role in Role]
    groups = [(kind.value, GROUP_LABELS[kind]) for kind in GroupKind]
    return [
        ("", "–"),
        (_("on shift in a role"), [(f"role:{value}", label) for value, label in roles]),
        (_("deputy of the shift"), [(f"deputy:{value}", label) for value, label in roles]),
        (_("head and deputy head"), [(f"head:{value}", label) for value, label in groups]),
        (_("everybody in a group"), [(f"group:{value}", label) for value, label in groups]),
        (_("one person"), [(f"person:{line.id}", line.name) for line in people()]),
        (_("all at once"), [("channel:", _("the organisation's channels"))]),
    ]


def chain_of_forms(level: str, subject_kind: str, whole: ChainForm, steps: Any, last: StepForm) -> Chain:
    """Return the chain that was filled in; the forms are valid."""
    found = [step for form in steps.forms if (step := form.step() if form.cleaned_data else None)]
    values = whole.cleaned_data
    return Chain(subject_kind, level, tuple(found), last.step(), values["hands_to"], values["answer_minutes"])
