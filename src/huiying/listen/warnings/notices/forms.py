"""What people write into a notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiying.core.grading.levels import WarningLevel

from .models import level_words
from .rules import CATEGORY_LABELS, Category
from .services import Content


class _Moment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, help_text=help_text)


class ContentForm(forms.Form):
    """Everything that the law asks a warning to say; the time of issue is written by the program."""

    category = forms.ChoiceField(label=_("Kind of event"), choices=[(c.value, CATEGORY_LABELS[c]) for c in Category])
    level = forms.ChoiceField(label=pgettext_lazy("notice", "Level"))
    starts_at = forms.DateTimeField(label=_("Begins"), widget=_Moment())
    ends_at = forms.DateTimeField(label=_("Ends"), widget=_Moment(), help_text=_("Past it somebody must renew or lift it."))
    area = forms.CharField(label=_("Area"), max_length=300)
    mind = _text(_("What to mind"))
    measures = _text(_("Measures to take"))
    issuer = forms.CharField(label=_("Issuer"), max_length=150)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(level.value, level_words(level.value)) for level in WarningLevel]  # type: ignore[attr-defined]

    @property
    def content(self) -> Content:
        """What was written, once it is valid."""
        return Content(**{name: self.cleaned_data[name] for name in Content.__dataclass_fields__})


class ChangeForm(ContentForm):
    """The same, and why it changes."""

    reason = _text(_("Reason"))


class LiftForm(forms.Form):
    """Why the danger is over."""

    facts = _text(_("Facts that show that the danger is over"))
    withdrawn_measures = _text(_("Measures that end with it"))


class CancelForm(forms.Form):
    """Why it was issued in error."""

    reason = _text(_("Reason"), _("Only for a notice issued in error. When the danger is over, lift it."))
