"""How a person is reached; the organisation's robots and gateway; whom nobody reaches; who was told what."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiying.base.accounts.selectors import names_of
from huiying.base.accounts.services import actor_of, require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotThere

from . import selectors, services
from .forms import WayForm, asked_channel
from .models import Address
from .rules import CHANNEL_LABELS, CHANNELS_OF, STATE_LABELS, MessageState, Owner
from .services.ways import may_manage

ROWS = 50


class Kind(NamedTuple):
    """A kind of way that can be added."""

    value: str
    label: str


@require_http_methods(["GET", "POST"])
def ways(request: HttpRequest, person_id: int | None = None) -> HttpResponse:
    """Show how a person is reached, oneself if nobody is named; add a way."""
    actor = actor_of(request.user)
    whose = person_id if person_id is not None else actor.id
    may_manage(actor, Owner.PERSON, whose)
    found = selectors.ways_of([whose] if whose is not None else [])
    if whose is None or whose not in found:
        raise NotThere(_("There is no such person, or they have left."))
    now = timezone.now()
    form = _form(request, Owner.PERSON)
    if form is not None and _added(request, actor, form, person_id=whose):
        return redirect(request.path)
    is_reached, reason = selectors.verdict(found[whose], now)
    context = {
        "ways": found[whose],
        "name": names_of({whose})[whose],
        "is_own": whose == actor.id,
        "is_reached": is_reached,
        "reason": reason,
        "kinds": [Kind(channel.value, str(CHANNEL_LABELS[channel])) for channel in CHANNELS_OF[Owner.PERSON]],
        "form": form,
    }
    return render(request, "notify/ways.html", context)


@require_http_methods(["GET", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """Show the organisation's robots and gateway; add one."""
    actor = actor_of(request.user)
    require(actor, "job.manage")
    owner = Owner.GATEWAY if request.GET.get("channel") == Owner.GATEWAY else Owner.ORGANISATION
    form = _form(request, owner)
    if form is not None and _added(request, actor, form):
        return redirect(request.path)
    kinds = [Kind(channel.value, str(CHANNEL_LABELS[channel])) for channel in CHANNELS_OF[Owner.ORGANISATION]]
    kinds.append(Kind(Owner.GATEWAY.value, _("gateway for text messages (SMS)")))
    return render(request, "notify/channels.html", {"ways": selectors.organisation_ways(), "kinds": kinds, "form": form})


def _form(request: HttpRequest, owner: Owner) -> WayForm | None:
    channel = CHANNELS_OF[owner][0] if owner == Owner.GATEWAY else asked_channel(owner, request.GET.get("channel", ""))
    if channel is None:
        return None
    return WayForm(owner, channel, request.POST or None)


def _added(request: HttpRequest, actor: Actor, form: WayForm, person_id: int | None = None) -> bool:
    """Add what the form holds; a refusal is shown in the form, so that nothing typed is lost."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        way = services.way_add(actor=actor, now=timezone.now(), person_id=person_id, **form.values())
    except BadInput as error:
        form.add_error(None, str(error))
        return False
    said = (
        _("%(way)s is kept.")
        if way.owner == Owner.GATEWAY
        else _("%(way)s is kept. Send a test and enter its number: only then is it used.")
    )
    messages.success(request, said % {"way": way.label})
    return True


@require_POST
def way_test(request: HttpRequest, way_id: int) -> HttpResponse:
    """Send a test message."""
    message = services.way_test(actor=actor_of(request.user), now=timezone.now(), way_id=way_id)
    messages.success(request, _("A test is on its way. Enter the number that it brings."))
    return _back(request, message.way)


@require_POST
def way_prove(request: HttpRequest, way_id: int) -> HttpResponse:
    """Take the number of a test."""
    way = services.way_prove(actor=actor_of(request.user), now=timezone.now(), way_id=way_id, number=request.POST.get("number", ""))
    messages.success(request, _("Proven: %(way)s reaches its people.") % {"way": way.label})
    return _back(request, way)


@require_POST
def way_delay(request: HttpRequest, way_id: int) -> HttpResponse:
    """Set when a way follows."""
    text = request.POST.get("after_minutes", "")
    if not text.isdigit():
        raise BadInput(_("Give the minutes as a whole number."))
    services.way_set_delay(actor=actor_of(request.user), now=timezone.now(), way_id=way_id, after_minutes=int(text))
    return _back(request, selectors.way(way_id))


@require_POST
def way_remove(request: HttpRequest, way_id: int) -> HttpResponse:
    """Remove a way and erase its address."""
    services.way_remove(actor=actor_of(request.user), now=timezone.now(), way_id=way_id)
    messages.success(request, _("Removed; its address is erased."))
    return _back(request, selectors.way(way_id))


@require_POST
def way_switch(request: HttpRequest, way_id: int, to: str) -> HttpResponse:
    """Rest a robot or gateway, or use it again."""
    services.way_switch(actor=actor_of(request.user), now=timezone.now(), way_id=way_id, is_active=to == "on")
    return _back(request, selectors.way(way_id))


def _back(request: HttpRequest, way: Address | None) -> HttpResponse:
    if way is None or way.owner != Owner.PERSON:
        return redirect("notify:channels")
    if way.person_id == request.user.pk:
        return redirect("notify:ways")
    return redirect("notify:ways_of", way.person_id)


@require_GET
def reach(request: HttpRequest) -> HttpResponse:
    """List people with their ways, those first whom none reaches."""
    actor = actor_of(request.user)
    require(actor, "roster.manage")
    rows = selectors.reaches(timezone.now())
    missing = sum(not row.is_reached for row in rows)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "notify/reach.html", {"page": page, "missing": missing, "may_manage": "administrator" in actor.roles})


@require_GET
def told(request: HttpRequest) -> HttpResponse:
    """Show who was told what, by which way, when, and with what outcome; one matter's or all."""
    require(actor_of(request.user), "audit.read")
    group, state = request.GET.get("group", "").strip(), request.GET.get("state", "")
    rows = selectors.deliveries()
    if group:
        rows = rows.filter(group=group)
    if state in set(MessageState):
        rows = rows.filter(state=state)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    states = [(value.value, STATE_LABELS[value]) for value in MessageState]
    return render(request, "notify/told.html", {"page": page, "group": group, "state": state, "states": states})


def told_panel(request: HttpRequest, group: str) -> str:
    """Render who was told of a matter, for the page of a higher room."""
    rows = list(selectors.deliveries_of(group)[: ROWS + 1])
    return render_to_string(
        "notify/_panel.html", {"deliveries": rows[:ROWS], "has_more": len(rows) > ROWS, "group": group}, request=request
    )


def own_panel(request: HttpRequest, person: object) -> str:
    """Render how the reader is reached, for the page about oneself."""
    found = selectors.ways_of([request.user.pk or 0]).get(request.user.pk or 0, [])
    is_reached, reason = selectors.verdict(found, timezone.now())
    return render_to_string("notify/_own.html", {"ways": found, "is_reached": is_reached, "reason": reason}, request=request)
