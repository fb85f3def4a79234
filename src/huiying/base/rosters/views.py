"""The week's roster, and the line that says who is on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

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
from huiying.base.ui.frame import frame_of

from .boards import week_board
from .forms import OverrideForm, ShiftForm, choices_of_people
from .rules import month_of, week_of
from .selectors import on_duty_in, overrides_after
from .services import override_add, override_withdraw, shift_add, shift_remove

#: days; a roster is not read further back or planned further ahead than ten years.
FARTHEST_WEEK = timedelta(days=3653)


@require_safe
def shift_list(request: HttpRequest) -> HttpResponse:
    """Show one week."""
    require(actor_of(request.user), "roster.read")
    return _week_page(request)


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """Show one month."""
    require(actor_of(request.user), "roster.read")
    first = _asked_day(request, "month").replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    board = week_board(month_of(first))
    context = {"board": board, "first": first, "previous": (first - timedelta(days=1)).replace(day=1), "following": after}
    return render(request, "rosters/month.html", context)


def _next_shift() -> dict[str, object]:
    hour = timezone.localtime().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return {"starts_at": hour, "ends_at": hour + timedelta(hours=8)}


def _week_page(
    request: HttpRequest, form: ShiftForm | None = None, override_form: OverrideForm | None = None, status: int = 200
) -> HttpResponse:
    days = week_of(_asked_day(request, "week"))
    may_manage = may(actor_of(request.user).roles, "roster.manage")
    if may_manage:
        known = choices_of_people()
        form = form or ShiftForm(people=known, initial=_next_shift())
        override_form = override_form or OverrideForm(people=known, initial=_next_shift())
    context = {
        "board": week_board(days),
        "now_on": _now_on(request),
        "form": form,
        "override_form": override_form,
        "overrides": overrides_after(timezone.now())[:50],
        "may_manage": may_manage,
        "previous": days[0] - timedelta(days=7),
        "following": days[0] + timedelta(days=7),
    }
    return render(request, "rosters/list.html", context, status=status)


def _asked_day(request: HttpRequest, name: str) -> date:
    today = timezone.localdate()
    try:
        asked = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return today
    return asked if abs(asked - today) < FARTHEST_WEEK else today


@require_POST
def shift_create(request: HttpRequest) -> HttpResponse:
    """Add a shift and return to its week."""
    actor = actor_of(request.user)
    require(actor, "roster.manage")
    form = ShiftForm(request.POST, people=choices_of_people())
    if not form.is_valid():
        return _week_page(request, form, status=400)
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
def override_create(request: HttpRequest) -> HttpResponse:
    """Write an absence or a stand-in over the roster, and return to its week."""
    actor = actor_of(request.user)
    require(actor, "roster.manage")
    form = OverrideForm(request.POST, people=choices_of_people())
    if not form.is_valid():
        return _week_page(request, override_form=form, status=400)
    override = override_add(actor=actor, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The roster is changed."))
    return _to_week(override.starts_at)


@require_POST
def override_delete(request: HttpRequest, override_id: int) -> HttpResponse:
    """Let the roster stand again as it was."""
    override_withdraw(actor=actor_of(request.user), now=timezone.now(), override_id=override_id)
    messages.success(request, _("The override is withdrawn; what was is not rewritten."))
    return redirect("rosters:list")


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
    return [(ROLE_LABELS[Role(entry.role)], entry.name) for entry in on_duty_in(frame_of(request), timezone.now())]
