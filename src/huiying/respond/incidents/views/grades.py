"""Looking back on the grades of closed incidents."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor

from .. import selectors, services
from ..grade_rules import VERDICT_LABELS
from ..paper_forms import GradeReviewForm
from .asking import Text, actor_from, ask, incident_for

PAGE_SIZE = 20
#: Incidents that the figures are computed over: the newest, so that the page stays quick.
CASES = 500


def grade_reviews(request: HttpRequest) -> HttpResponse:
    """List closed incidents with first, final and proposed grade, and how often a grade was right."""
    actor = actor_from(request)
    require(actor, "incident.read")
    exercise = request.GET.get("exercise") == "1"
    rows = selectors.grade_rows(list(selectors.graded_and_closed(exercise)[:CASES]))
    figures = selectors.grade_figures(rows)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "figures": figures,
        "verdicts": [(VERDICT_LABELS[key], share) for key, share in figures.verdicts],
        "n": len(rows),
        "since": min((row.incident.closed_at for row in rows if row.incident.closed_at), default=None),
        "until": max((row.incident.closed_at for row in rows if row.incident.closed_at), default=None),
        "exercise": exercise,
        "may_judge": may(actor.roles, "review.write"),
    }
    return render(request, "incidents/grade_reviews.html", context)


def grade_review(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Judge the grade of a closed incident."""
    incident = incident_for(request, incident_id, "review.write")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.grade_review_save(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("The judgement is on record.")

    form = GradeReviewForm(request.POST or None)
    lede = _("Judged afterwards, by somebody who did not decide it. Earlier judgements stay.")
    return ask(request, form, act, incident=incident, title=_("Was the grade right?"), button=_("Record"), lede=lede)
