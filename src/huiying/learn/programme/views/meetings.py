"""Pages of the meetings and their series."""

from __future__ import annotations

from dataclasses import asdict, fields

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require

from .. import selectors, services
from ..forms import AgendaForm, DecisionForm, MinutesForm, RhythmForm, SeriesForm
from ..models import MeetingSeries
from ..rules import MeetingState
from ..services.meetings import people_of
from ..terms import SeriesTerms
from .asking import cleaned, form_page

PAGE_ROWS = 50


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Show the series and the meetings, newest first."""
    actor = actor_of(request.user)
    require(actor, "programme.read")
    page = Paginator(selectors.meetings_list(), PAGE_ROWS).get_page(request.GET.get("page"))
    turns = selectors.turns_of("meeting_series")
    rows = [{"series": series, "turn": turns.get(series.pk)} for series in selectors.series_list()]
    context = {"page": page, "rows": rows, "may_manage": may(actor.roles, "meeting.manage")}
    return render(request, "programme/meetings.html", context)


def series_create(request: HttpRequest) -> HttpResponse:
    """Set up a series."""
    actor = actor_of(request.user)
    require(actor, "meeting.manage")
    data = request.POST if request.method == "POST" else None
    form, rhythm = SeriesForm(data), RhythmForm(data)
    if request.method == "POST" and form.is_valid() and rhythm.is_valid():
        terms = SeriesTerms(**form.cleaned_data)
        series = services.series_add(actor=actor, now=timezone.now(), terms=terms, **rhythm.cleaned_data)
        messages.success(request, _("The meetings are set up; the people of the group are told."))
        return redirect("programme:series", series.pk)
    return form_page(request, form, rhythm, title=_("Set up meetings"), button=_("Set them up"), back=reverse("programme:meetings"))


@require_safe
def series_detail(request: HttpRequest, series_id: int) -> HttpResponse:
    """Show one series with its meetings."""
    actor = actor_of(request.user)
    require(actor, "programme.read")
    series = selectors.series(series_id)
    page = Paginator(selectors.meetings_list(series_id), PAGE_ROWS).get_page(request.GET.get("page"))
    may_manage = series.ended_at is None and may(actor.roles, "meeting.manage")
    turn = selectors.turns_of("meeting_series").get(series_id)
    return render(request, "programme/series.html", {"series": series, "page": page, "turn": turn, "may_manage": may_manage})


def series_edit(request: HttpRequest, series_id: int) -> HttpResponse:
    """Change a series."""
    actor = actor_of(request.user)
    require(actor, "meeting.manage")
    series = selectors.series(series_id)
    form = SeriesForm(request.POST if request.method == "POST" else None, initial=asdict(_terms_of(series)))
    if request.method == "POST" and form.is_valid():
        services.series_change(actor=actor, now=timezone.now(), series_id=series_id, terms=SeriesTerms(**form.cleaned_data))
        messages.success(request, _("The series is changed."))
        return redirect("programme:series", series_id)
    back = reverse("programme:series", args=[series_id])
    return form_page(request, form, title=_("Change the series"), button=_("Save"), back=back)


def _terms_of(series: MeetingSeries) -> SeriesTerms:
    return SeriesTerms(**{field.name: getattr(series, field.name) for field in fields(SeriesTerms)})


@require_POST
def series_end_one(request: HttpRequest, series_id: int) -> HttpResponse:
    """End a series."""
    actor, reason = actor_of(request.user), request.POST.get("reason", "")
    services.series_end(actor=actor, now=timezone.now(), series_id=series_id, reason=reason)
    messages.success(request, _("The series has ended; what was held stays."))
    return redirect("programme:series", series_id)


@require_safe
def meeting_detail(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show one meeting: agenda, minutes, decisions, and what earlier ones left undone."""
    actor = actor_of(request.user)
    require(actor, "programme.read")
    meeting = selectors.meeting(meeting_id)
    may_record = meeting.series.chair_id == actor.id or may(actor.roles, "meeting.record")
    is_planned, is_held = meeting.state == MeetingState.PLANNED, meeting.state == MeetingState.HELD
    takes_minutes = may_record and (is_planned or meeting.state == MeetingState.MISSED) and meeting.scheduled_at <= timezone.now()
    context = {
        "meeting": meeting,
        "present": meeting.present.order_by("display_name", "pk"),
        "decisions": selectors.decisions_of(meeting_id),
        "undone": selectors.undone_before(meeting),
        "agenda_form": AgendaForm(initial={"agenda": meeting.agenda}) if may_record and is_planned else None,
        "minutes_form": _minutes_form(meeting.series, meeting.scheduled_at) if takes_minutes else None,
        "decision_form": DecisionForm() if may_record and is_held else None,
        "may_cancel": may_record and is_planned,
    }
    return render(request, "programme/meeting.html", context)


def _minutes_form(series: MeetingSeries, scheduled_at: object) -> MinutesForm:
    return MinutesForm(initial={"held_at": scheduled_at, "present_ids": people_of(series)})


@require_POST
def agenda_write(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Save the agenda."""
    data = cleaned(AgendaForm(request.POST))
    services.meeting_agenda(actor=actor_of(request.user), now=timezone.now(), meeting_id=meeting_id, **data)
    messages.success(request, _("The agenda is saved."))
    return redirect("programme:meeting", meeting_id)


@require_POST
def minutes_write(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Record the meeting."""
    data = cleaned(MinutesForm(request.POST))
    services.meeting_record(actor=actor_of(request.user), now=timezone.now(), meeting_id=meeting_id, **data)
    messages.success(request, _("The meeting is recorded. Add what it decided: each decision becomes a task."))
    return redirect("programme:meeting", meeting_id)


@require_POST
def decision_create(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Add a decision."""
    data = cleaned(DecisionForm(request.POST))
    services.decision_add(actor=actor_of(request.user), now=timezone.now(), meeting_id=meeting_id, **data)
    messages.success(request, _("The decision is written down and its owner has the task."))
    return redirect("programme:meeting", meeting_id)


@require_POST
def meeting_cancel_one(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Call a meeting off."""
    actor, reason = actor_of(request.user), request.POST.get("reason", "")
    services.meeting_cancel(actor=actor, now=timezone.now(), meeting_id=meeting_id, reason=reason)
    messages.success(request, _("The meeting is called off; its people are told why."))
    return redirect("programme:meeting", meeting_id)
