"""A person's messages; the outbox for those who look after it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import NotThere

from . import selectors, services
from .forms import WebhookForm

ROWS = 30


def _reader(request: HttpRequest) -> int:
    """Return who reads their own messages."""
    actor = actor_of(request.user)
    require(actor, "notification.read")
    if actor.id is None:
        raise NotThere(_("Only people have messages."))
    return actor.id


@require_GET
def messages_list(request: HttpRequest) -> HttpResponse:
    """Show the messages of the person signed in."""
    reader = _reader(request)
    paginator = Paginator(selectors.messages_of(reader), ROWS)
    paginator.count, unread = selectors.message_counts(reader)  # known already: the page need not count again
    return render(request, "notify/list.html", {"page": paginator.get_page(request.GET.get("page")), "unread": unread})


@require_POST
def message_open(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark one of the person's own messages as read and go where it points."""
    reader = _reader(request)
    message = selectors.messages_of(reader).filter(pk=message_id).first()
    if message is None:
        raise NotThere(_("There is no message %(id)s for you.") % {"id": message_id})
    services.messages_mark_read(person_id=reader, now=timezone.now(), message_id=message_id)
    if message.url and url_has_allowed_host_and_scheme(message.url, allowed_hosts=None):
        return redirect(message.url)
    return redirect("notify:list")


@require_POST
def messages_read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of the person's own messages as read."""
    services.messages_mark_read(person_id=_reader(request), now=timezone.now())
    return redirect("notify:list")


@require_http_methods(["GET", "POST"])
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what could not be delivered and the webhooks; add a webhook."""
    actor = actor_of(request.user)
    require(actor, "job.manage")
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        _target, key = services.webhook_add(actor=actor, now=timezone.now(), name=values["name"], url=values["url"])
        messages.success(request, _("Added. Signing key for its owner: %(key)s") % {"key": key})
        return redirect("notify:outbox")
    page = Paginator(selectors.outbox_troubled(), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "webhooks": selectors.webhooks(), "waiting": selectors.outbox_waiting_count()}
    return render(request, "notify/outbox.html", context)


@require_POST
def message_retry(request: HttpRequest, message_id: int) -> HttpResponse:
    """Try a given-up message again."""
    services.message_retry(actor=actor_of(request.user), now=timezone.now(), message_id=message_id)
    messages.success(request, _("Message %(id)s will be sent again.") % {"id": message_id})
    return redirect("notify:outbox")


@require_POST
def webhook_switch(request: HttpRequest, webhook_id: int, to: str) -> HttpResponse:
    """Stop or resume telling an address."""
    services.webhook_set_active(actor=actor_of(request.user), now=timezone.now(), webhook_id=webhook_id, is_active=to == "on")
    return redirect("notify:outbox")
