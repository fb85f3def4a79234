"""The week's roster, and the line that says who is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiying.base.accounts.rules import ROLE_LABELS, Role, may
from huiying.base.accounts.services import actor_of, require
from huiying.base.audit.rules import Actor
from huiying.base.ui.frame import frame_of

from .forms import ShiftForm
from .models import Shift
from .rules import week_of
from .selectors import on_duty_of, shifts_between
from .services import shift_add, shift_remove

#: days; a roster is not read further back or planned further ahead than ten years.
FARTHEST_WEEK = timedelta(days=3653)


@dataclass(frozen=True)
class RosterRow:
    """One role's line of the week table."""

    role: str
    label: str | Promise
    days: list[list[Shift]]


@require_safe
def shift_list(request: HttpRequest) -> HttpResponse:
    """Show one week."""
    actor = actor_of(request.user)
    require(actor, "roster.read")
    return _week_page(request, actor, ShiftForm(initial=_next_shift()))


def _next_shift() -> dict[str, object]:
    hour = timezone.localtime().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return {"starts_at": hour, "ends_at": hour + timedelta(hours=8)}


def _week_page(request: HttpRequest, actor: Actor, form: ShiftForm, status: int = 200) -> HttpResponse:
    days = week_of(_asked_day(request))
    midnight = timezone.make_aware(datetime.combine(days[0], time()))
    shifts = shifts_between(midnight, midnight + timedelta(days=7))
    context = {
        "days": days,
        "today": timezone.localdate(),
        "rows": _rows(days, shifts),
        "now_on": _now_on(request),
        "form": form,
        "may_manage": may(actor.roles, "roster.manage"),
        "previous": days[0] - timedelta(days=7),
        "following": days[0] + timedelta(days=7),
    }
    return render(request, "rosters/list.html", context, status=status)


def _asked_day(request: HttpRequest) -> date:
    today = timezone.localdate()
    try:
        asked = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) < FARTHEST_WEEK else today


def _rows(days: list[date], shifts: list[Shift]) -> list[RosterRow]:
    """Return a row for every role that has a shift this week; a shift stands in every day it touches."""
    rows = []
    for role in Role:
        own = [shift for shift in shifts if shift.role == role]
        if own:
            rows.append(RosterRow(role.value, ROLE_LABELS[role], [[shift for shift in own if _touches(shift, day)] for day in days]))
    return rows


def _touches(shift: Shift, day: date) -> bool:
    last = timezone.localtime(shift.ends_at - timedelta(microseconds=1)).date()
    return timezone.localtime(shift.starts_at).date() <= day <= last


@require_POST
def shift_create(request: HttpRequest) -> HttpResponse:
    """Add a shift and return to its week."""
    actor = actor_of(request.user)
    require(actor, "roster.manage")
    form = ShiftForm(request.POST)
    if not form.is_valid():
        return _week_page(request, actor, form, status=400)
    data = form.cleaned_data
    shift = shift_add(
        actor=actor,
        now=timezone.now(),
        person_id=data["person_id"],
        role=data["role"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
    )
    messages.success(request, _("The shift is on the roster."))
    return _to_week(shift.starts_at)


@require_POST
def shift_delete(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take a shift off."""
    shift_remove(actor=actor_of(request.user), now=timezone.now(), shift_id=shift_id)
    messages.success(request, _("The shift is off the roster."))
    return redirect("rosters:list")


def _to_week(moment: datetime) -> HttpResponse:
    response = redirect("rosters:list")
    response["Location"] += f"?week={timezone.localtime(moment).date().isoformat()}"
    return response


def duty_line(request: HttpRequest, _obj: object) -> str:
    """Render who is on duty, for the top bar."""
    return render_to_string("rosters/_duty_line.html", {"now_on": _now_on(request)})


def _now_on(request: HttpRequest) -> list[tuple[str | Promise, str]]:
    return [(ROLE_LABELS[Role(entry.role)], entry.name) for entry in on_duty_of(frame_of(request).rows["shifts"])]
