"""What the pages of this room share: a page with one form, and forms that stand on another page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from huiying.base.ui.errors import BadInput


def form_page(request: HttpRequest, *form_parts: forms.Form, title: str, button: str, back: str) -> HttpResponse:
    """Show one or more forms as one; status 400 when they were sent and are wrong."""
    context = {"parts": form_parts, "title": title, "button": button, "back": back}
    return render(request, "programme/form.html", context, status=400 if request.method == "POST" else 200)


def cleaned(form: forms.Form) -> dict[str, Any]:  # Any: as Django types cleaned data
    """Return what a form holds; raises BadInput naming the first field that is wrong."""
    if form.is_valid():
        return form.cleaned_data
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else name
    raise BadInput(_("“%(field)s”: %(error)s") % {"field": str(label), "error": str(errors[0])})
