"""What a person fills in about the outbox."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WebhookForm(forms.Form):
    """Another system that wants to be told."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("It gets a signed POST (Standard Webhooks) for each message."),
    )
