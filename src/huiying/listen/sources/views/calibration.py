"""The pages of the calibration: the month's figure, one week's sample, the standard."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.charts import Chart
from huiying.base.ui.errors import BadInput, NotNow

from ..forms_posts import OutsideForm, StandardForm
from ..rules.calibration import EVIDENCE_FLOOR
from ..selectors import calibration as reads
from ..selectors.calibration import Heard, Standard
from ..selectors.results import search_sources
from ..services import calibration as services

_MARKS = ("relevant", "text", "time", "link")


@require_GET
def calibration(request: HttpRequest) -> HttpResponse:
    """Show the figures of the month against the standard, their history, and the weeks."""
    actor = actor_of(request.user)
    require(actor, "calibration.read")
    today, standard = timezone.localdate(), reads.standard_in_force()
    months = reads.months(today)
    rows = reads.heard_by_source(today.replace(day=1), today)
    initial = {"precision": standard.precision * 100, "accuracy": standard.accuracy * 100, "recall": standard.recall * 100}
    context = {
        "standard": standard,
        "rows": [(row, row.figures(standard)) for row in rows],
        "chart": history(months, standard),
        "months": [(month, row, row.figures(standard)) for month, row in reversed(months)],
        "rounds": reads.rounds(),
        "floor": EVIDENCE_FLOOR,
        "form": StandardForm(initial={**initial, "sample_per_source": standard.sample_per_source}),
        "may_manage": may(actor.roles, "calibration.manage"),
    }
    return render(request, "sources/calibration.html", context)


def history(months: list[tuple[date, Heard]], standard: Standard) -> Chart:
    """Return the accuracy of each month that has enough judgements, beside the standard."""
    known = [(_start(month), row.accuracy.percent) for month, row in months]
    points = [(at, percent) for at, percent in known if percent is not None]
    total = sum(row.accuracy.n for _month, row in months)
    expected = [(at, standard.accuracy * 100) for at, _percent in points]
    note = _("n = %(n)s judged posts; the dashed line is the standard") % {"n": total}
    return Chart(_("Rightly captured, by month"), "%", points, note=note, expected=expected)


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001


@require_POST
def calibration_open(request: HttpRequest) -> HttpResponse:
    """Draw last week's sample now instead of on Monday."""
    opened = services.round_open(actor=actor_of(request.user), now=timezone.now())
    if opened is None:
        raise NotNow(_("Last week's sample is drawn already, or nothing came in last week."))
    return redirect("sources:calibration_round", opened.pk)


@require_GET
def calibration_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show a week: the next posts to judge, what should have been heard, the figures so far."""
    actor = actor_of(request.user)
    require(actor, "calibration.read")
    found, standard = reads.calibration_round(round_id), reads.standard_in_force()
    may_judge = may(actor.roles, "calibration.judge") and may(actor.roles, "post.read") and found.closed_at is None
    context = {
        "round": found,
        "items": reads.items_to_judge(round_id) if may_judge else [],
        "left": reads.left_to_judge(round_id),
        "outside": reads.outside_of(round_id),
        "rows": [(row, row.figures(standard)) for row in reads.heard_by_source(found.week, found.week)],
        "standard": standard,
        "floor": EVIDENCE_FLOOR,
        "form": OutsideForm(search_sources()),
        "may_judge": may_judge,
        "marks": _MARKS,
    }
    return render(request, "sources/calibration_round.html", context)


@require_POST
def calibration_judge(request: HttpRequest, round_id: int) -> HttpResponse:
    """Save the judgements that are complete."""
    actor, now, saved = actor_of(request.user), timezone.now(), 0
    require(actor, "calibration.judge")
    for item_id in {int(name.split("-")[0]) for name in request.POST if name.partition("-")[0].isdecimal()}:
        given = [request.POST.get(f"{item_id}-{mark}", "") for mark in _MARKS]
        if all(value in ("yes", "no") for value in given):
            relevant, text, time_right, link = (value == "yes" for value in given)
            services.item_judge(actor=actor, now=now, item_id=item_id, relevant=relevant, text=text, time_right=time_right, link=link)
            saved += 1
    messages.success(request, _("%(n)s judgements are saved.") % {"n": saved})
    return redirect("sources:calibration_round", round_id)


@require_POST
def calibration_outside(request: HttpRequest, round_id: int) -> HttpResponse:
    """Add an item that should have been heard."""
    form = OutsideForm(search_sources(), request.POST)
    if not form.is_valid():
        raise BadInput(_("Give the source, the day and the address or some words of the item."))
    given = dict(form.cleaned_data)
    item = services.outside_add(actor=actor_of(request.user), now=timezone.now(), round_id=round_id, source_id=given.pop("source"), **given)
    messages.success(request, _("It was heard.") if item.was_heard else _("It was missed: the archive does not hold it."))
    return redirect("sources:calibration_round", round_id)


@require_POST
def calibration_close(request: HttpRequest, round_id: int) -> HttpResponse:
    """Close a week."""
    services.round_close(actor=actor_of(request.user), now=timezone.now(), round_id=round_id)
    messages.success(request, _("The week is closed and counts in the month's figure."))
    return redirect("sources:calibration")


@require_POST
def calibration_standard(request: HttpRequest) -> HttpResponse:
    """Set the standard."""
    form = StandardForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("A standard is a share from 0 to 100 %, and a sample has 5 to 100 posts a source."))
    shares = {name: form.cleaned_data[name] / 100 for name in ("precision", "accuracy", "recall")}
    services.standard_set(
        actor=actor_of(request.user), now=timezone.now(), sample_per_source=form.cleaned_data["sample_per_source"], **shares
    )
    messages.success(request, _("The standard is set; older figures keep theirs in the log."))
    return redirect("sources:calibration")
