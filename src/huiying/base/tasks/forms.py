"""The form that makes a task or an order by hand, and the filter of the lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiying.base.accounts.rules import GROUP_LABELS
from huiying.base.accounts.selectors import people, unit_name, units

from .rules import IMPORTANCE_LABELS, TASK_STATE_LABELS, Importance


def moment_field(label: Any, *, help_text: Any = "") -> forms.DateTimeField:  # Any: text or a promise of it
    """Return a field for a moment, as browsers ask for it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, required=False, help_text=help_text)


def _choice(label: Any) -> forms.TypedChoiceField:  # Any: as above
    return forms.TypedChoiceField(label=label, coerce=int, required=False, empty_value=None)


class TaskForm(forms.Form):
    """What is to be done, by whom, from when until when, with what and to what end."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    is_order = forms.BooleanField(
        label=_("As an order"), required=False, help_text=_("It must be signed for and answered; the answer is accepted or returned.")
    )
    owner_id = _choice(_("Owner"))
    deputy_id = _choice(_("Deputy"))
    group = forms.ChoiceField(label=_("Group"), required=False, choices=[("", "–"), *((k.value, v) for k, v in GROUP_LABELS.items())])
    unit_id = _choice(_("Department"))
    starts_at = moment_field(_("Starts"))
    due_at = moment_field(_("Due by"))
    receipt_due_at = moment_field(_("Signed for by"), help_text=_("Orders only; empty: as its importance asks."))
    importance = forms.TypedChoiceField(
        label=_("Importance"),
        coerce=int,
        required=False,
        empty_value=None,
        initial=Importance.NORMAL.value,
        choices=[(each.value, label) for each, label in IMPORTANCE_LABELS.items()],
    )
    expected_result = forms.CharField(label=_("Expected result"), max_length=500, required=False)
    resources = forms.CharField(label=_("Resources"), max_length=500, required=False)

    def __init__(self, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        lines: list[tuple[Any, str]] = [("", "–"), *((line.id, line.name) for line in people())]
        self._choose("owner_id", lines)
        self._choose("deputy_id", lines)
        self._choose("unit_id", unit_choices())

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask for somebody who is to do it."""
        data: dict[str, Any] = super().clean() or {}
        data["importance"] = data.get("importance") or Importance.NORMAL.value
        if not any(data.get(name) for name in ("owner_id", "group", "unit_id")):
            self.add_error("owner_id", _("Name a person, a group or a department."))
        if data.get("is_order") and not data.get("due_at"):
            self.add_error("due_at", _("An order needs a time by which it is answered."))
        return data


def unit_choices() -> list[tuple[Any, str]]:
    """Return the departments to choose from, nothing first."""
    return [("", "–"), *((unit.pk, unit_name(unit.name_zh, unit.name_en)) for unit in units())]


class FilterForm(forms.Form):
    """Which tasks of a list are shown."""

    group = forms.ChoiceField(
        label=_("Group"), required=False, choices=[("", _("every group")), *((k.value, v) for k, v in GROUP_LABELS.items())]
    )
    unit_id = _choice(_("Department"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("tasks and orders")), ("plain", pgettext_lazy("kind", "tasks")), ("order", pgettext_lazy("kind", "orders"))],
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *((k.value, v) for k, v in TASK_STATE_LABELS.items())]
    )
    subject = forms.RegexField(
        label=_("About"), regex=r"^[a-z_]{1,40}(:\S{1,64})?$", required=False, max_length=105, help_text=_("Such as incident:12.")
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        field = self.fields["unit_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = unit_choices()
