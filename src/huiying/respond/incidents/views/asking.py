"""One way to ask for something on a page: show the form, act, come back; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise

from huiying.base.accounts.services import actor_of, require
from huiying.base.accounts.views import signed_in
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput

from .. import selectors
from ..models import Incident

Text = str | Promise
#: what a form page does with clean values; returns the message of success
Act = Callable[[Actor, dict[str, Any]], Text]


def actor_from(request: HttpRequest) -> Actor:
    """Return who sent the request, with the roles held now."""
    return actor_of(signed_in(request))


def incident_for(request: HttpRequest, incident_id: int, right: str) -> Incident:
    """Return the incident after asking for the right, so that a form nobody may send is not shown."""
    actor = actor_from(request)
    require(actor, "incident.read")
    incident = selectors.incident(incident_id)
    require(actor, right)
    return incident


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Act,
    *,
    incident: Incident,
    title: Text,
    button: Text,
    anchor: str = "",
    back: str = "",
    lede: Text = "",
    template: str = "incidents/form.html",
    extra: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show a form page, or act on it and go back to the incident room, or to its page called ``back``.

    What the service finds wrong is shown above the form with status 400 and everything typed kept.
    """
    status = 200
    address = reverse(f"incidents:{back}", args=[incident.pk]) if back else incident.get_absolute_url()
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                messages.success(request, str(act(actor_from(request), form.cleaned_data)))
            except BadInput as fault:
                form.add_error(None, str(fault))
            else:
                return redirect(f"{address}{anchor}")
    context = {
        "form": form,
        "incident": incident,
        "form_title": title,
        "form_button": button,
        "form_lede": lede,
        "form_back": address,
        **(extra or {}),
    }
    return render(request, template, context, status=status)
