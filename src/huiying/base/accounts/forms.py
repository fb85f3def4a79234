"""Forms about people."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Person
from .rules import ROLE_LABELS, Role


class PersonForm(forms.Form):
    """A new person with roles; they choose a password after the one-time link."""

    username = forms.SlugField(label=_("User name"), max_length=40, help_text=_("Letters, digits, - and _."))
    display_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role.value, ROLE_LABELS[role]) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Two people approve a statement; the author never does."),
    )


class GroupForm(forms.Form):
    """Who is in a group."""

    head = forms.ModelChoiceField(label=_("Head"), queryset=Person.objects.none(), required=False)
    deputy = forms.ModelChoiceField(label=_("Deputy"), queryset=Person.objects.none(), required=False)
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature
        for name in ("head", "deputy", "members"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Person.objects.filter(is_active=True).order_by("display_name")
