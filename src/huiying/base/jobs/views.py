"""What the machine is doing, and the jobs that were given up."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiying.base.accounts.services import actor_of, require

from . import selectors, services

ROWS = 50


@require_GET
def jobs_list(request: HttpRequest) -> HttpResponse:
    """Show the processes, the queue and the dead jobs."""
    require(actor_of(request.user), "job.manage")
    now = timezone.now()
    page = Paginator(selectors.jobs_dead(), ROWS).get_page(request.GET.get("page"))
    waiting = list(selectors.jobs_waiting()[:20])
    context = {
        "lives": selectors.lives(now),
        "page": page,
        "waiting": waiting,
        "late_seconds": round(selectors.overdue_seconds(waiting, now)),
    }
    return render(request, "jobs/list.html", context)


@require_POST
def job_rerun(request: HttpRequest, job_id: int) -> HttpResponse:
    """Run a dead job again."""
    job = services.job_rerun(actor=actor_of(request.user), now=timezone.now(), job_id=job_id)
    messages.success(request, _("Job %(id)s will be run again.") % {"id": job.pk})
    return redirect("jobs:list")
