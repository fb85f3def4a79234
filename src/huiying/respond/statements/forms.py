"""What people type about facts and statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.rules import ROLE_LABELS
from huiying.core.formats.localised import localise
from huiying.core.planning.model import Holding

from .models import Fact, Statement
from .rules import KIND_LABELS, NATURE_LABELS, Nature, SentenceText, StatementKind

Label = Any  # str or lazy text; the stubs know the latter by a private name only
#: Empty rows offered below the sentences that exist.
EXTRA_ROWS = 3
#: Slot keys that are filled from the time of the next update, never typed twice.
TIME_SLOTS = frozenset({"next_update", "next_update_at", "next_time", "next_update_time"})


def _moment(label: Label, *, required: bool = False, help_text: Label = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, help_text=help_text)


def _area(label: Label, *, required: bool = True, rows: int = 2, help_text: Label = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(attrs={"rows": rows}), max_length=4000, help_text=help_text
    )


class FactForm(forms.Form):
    """A new fact: what is so, and how we know."""

    text_zh = _area(_("Fact, in Chinese"))
    text_en = _area(_("Fact, in English"), required=False)
    evidence = _area(_("Evidence"), help_text=_("Who saw or measured it, when, and where it is written down. Not published."))
    public_source = forms.CharField(
        label=_("Source readers can look up"),
        required=False,
        max_length=200,
        help_text=_("For example: test report no. SZ-1124. Published beside the sentence."),
    )


class ReasonForm(forms.Form):
    """One reason, for acts that need one."""

    reason = _area(_("Reason"))


class TwoReasonsForm(forms.Form):
    """A reason that the public reads, in both languages."""

    reason_zh = _area(_("Reason, in Chinese"))
    reason_en = _area(_("Reason, in English"))


class KindForm(forms.Form):
    """What kind of text to begin."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, KIND_LABELS[kind]) for kind in (StatementKind.STATEMENT, StatementKind.CLOSING)]
    )
    title_zh = forms.CharField(label=_("Title, in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title, in English"), max_length=200, required=False)


class HoldingForm(forms.Form):
    """The gaps of a holding template, each in both languages, and the time of the next update."""

    def __init__(self, template: Holding, facts: Sequence[Fact], *args: Any, **kwargs: Any) -> None:
        """Build one pair of fields for each gap; further arguments are Django's."""
        super().__init__(*args, **kwargs)
        self.template = template
        language = get_language() or "zh-hans"
        for slot in self.typed_slots():
            label = localise(slot.label, language)
            self.fields[f"{slot.key}__zh"] = forms.CharField(label=f"{label} · 中文", required=slot.is_required, max_length=200)
            self.fields[f"{slot.key}__en"] = forms.CharField(label=f"{label} · English", required=slot.is_required, max_length=300)
        self.fields["next_update_at"] = _moment(
            _("Next update not later than"), required=True, help_text=_("Readers are promised this; a clock starts.")
        )
        if any(line.nature.value == "fact" for line in template.sentences):
            self.fields["facts"] = forms.TypedMultipleChoiceField(
                label=_("Facts this text stands on"),
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=_fact_choices(facts),
            )

    def typed_slots(self) -> list[Any]:  # core.planning.model.Slot
        """Return the gaps a person fills; the time of the next update fills its own."""
        return [slot for slot in self.template.slots if slot.key not in TIME_SLOTS]

    def values(self, language: str, next_update: str) -> Mapping[str, str]:
        """Return the gaps' values in one language (``zh`` or ``en``)."""
        typed = {slot.key: str(self.cleaned_data[f"{slot.key}__{language}"]) for slot in self.typed_slots()}
        return typed | dict.fromkeys(TIME_SLOTS, next_update)


def _fact_choices(facts: Sequence[Fact]) -> list[tuple[int, str]]:
    return [(fact.pk, f"{fact.label} · {fact.state_label} · {fact.text_zh[:60]}") for fact in facts]


class TextForm(forms.Form):
    """Title, reason of a correction, and the time of the next update."""

    title_zh = forms.CharField(label=_("Title, in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title, in English"), max_length=200, required=False)
    next_update_at = _moment(
        _("Next update not later than"), help_text=_("Shown at the top of the public page; a clock starts when this is published.")
    )
    reason_zh = _area(_("What was wrong, in Chinese"), required=False)
    reason_en = _area(_("What was wrong, in English"), required=False)
    seen_digest = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, is_correction: bool = False, **kwargs: Any) -> None:
        """Drop the reason fields unless this corrects something; further arguments are Django's."""
        super().__init__(*args, **kwargs)
        if not is_correction:
            del self.fields["reason_zh"], self.fields["reason_en"]


class SentenceForm(forms.Form):
    """One sentence; a row without text in either language counts as not there."""

    nature = forms.ChoiceField(label=_("Nature"), choices=[(nature.value, NATURE_LABELS[nature]) for nature in Nature])
    text_zh = forms.CharField(label=_("Chinese"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    text_en = forms.CharField(label=_("English"), required=False, max_length=800, widget=forms.Textarea(attrs={"rows": 2}))
    facts = forms.TypedMultipleChoiceField(label=_("Stands on"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    due_at = _moment(_("Kept by"), help_text=_("Commitments only: starts a clock and a task."))
    owner_role = forms.ChoiceField(
        label=_("Who keeps it"), required=False, choices=[("", "—"), *((role.value, label) for role, label in ROLE_LABELS.items())]
    )

    def __init__(self, *args: Any, fact_choices: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        """Offer the incident's facts; further arguments are Django's."""
        super().__init__(*args, **kwargs)
        self.fields["facts"].choices = list(fact_choices)  # type: ignore[attr-defined]  # a choice field
        if not fact_choices:
            self.fields["facts"].help_text = _("There is no fact yet: add one in the incident's fact list.")

    def sentence(self) -> SentenceText:
        """Return the row as a plain value."""
        data = self.cleaned_data
        due: datetime | None = data.get("due_at")
        return SentenceText(Nature(data["nature"]), data["text_zh"], data["text_en"], tuple(data["facts"]), due, data["owner_role"])


_Rows = forms.formset_factory(SentenceForm, extra=EXTRA_ROWS, can_delete=True, can_order=True, max_num=60, absolute_max=80)


def rows_of(found: Statement, facts: Sequence[Fact], data: Any = None) -> Any:  # Any: Django's formset and its data are untyped
    """Return the rows of a statement as a formset."""
    initial = [
        {
            "nature": row.nature,
            "text_zh": row.text_zh,
            "text_en": row.text_en,
            "facts": [fact.pk for fact in row.facts.all()],
            "due_at": row.due_at,
            "owner_role": row.owner_role,
        }
        for row in found.sentences.all()
    ]
    return _Rows(data, initial=initial, prefix="s", form_kwargs={"fact_choices": _fact_choices(facts)})


def sentences_in(rows: Any) -> list[SentenceText]:  # Any: see rows_of
    """Return the sentences of a valid formset in the order asked for, without deleted and empty rows."""
    kept = [form for form in rows.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
    kept = [form for form in kept if form.cleaned_data["text_zh"].strip() or form.cleaned_data["text_en"].strip()]
    return [form.sentence() for form in sorted(kept, key=lambda form: form.cleaned_data.get("ORDER") or 999)]  # a stable sort
