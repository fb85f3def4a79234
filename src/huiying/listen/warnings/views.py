"""The list of warnings and the page of one."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiying.base.accounts.services import actor_of, require
from huiying.base.audit.selectors import log_of
from huiying.base.clocks.selectors import clocks_of
from huiying.base.ui.charts import Chart
from huiying.base.ui.rights import may_see
from huiying.listen.stories import selectors as stories
from huiying.listen.stories.digests.selectors import said_of
from huiying.listen.stories.matters.selectors import members_of

from . import selectors, services
from .forms import DismissForm
from .models import Warning
from .notices.selectors import notice_of_warning
from .rules import WORTH_WORDS
from .rulesets.selectors import rules_in_force

PER_PAGE = 25
CHART_HOURS = 6


@require_GET
def warning_list(request: HttpRequest) -> HttpResponse:
    """List the warnings that wait for a decision, or all of them."""
    require(actor_of(request.user), "warning.read")
    shows_all = request.GET.get("show") == "all"
    rows = selectors.all_warnings() if shows_all else selectors.undecided_warnings()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "warnings/list.html", {"page": page, "shows_all": shows_all, "rules": rules_in_force()})


@require_GET
def detail(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Show one warning: why, what nobody knows, what would raise it, what to do."""
    require(actor_of(request.user), "warning.read")
    return _page(request, selectors.warning(warning_id), DismissForm())


@require_POST
def acknowledge(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Take the warning."""
    services.warning_acknowledge(actor=actor_of(request.user), now=timezone.now(), warning_id=warning_id)
    messages.success(request, _("You have acknowledged the warning. Assess it: open an incident, or dismiss it with a reason."))
    return redirect("warnings:detail", warning_id)


@require_POST
def dismiss(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Dismiss the warning with a reason."""
    actor = actor_of(request.user)
    require(actor, "warning.dismiss")
    form = DismissForm(request.POST)
    if not form.is_valid():
        return _page(request, selectors.warning(warning_id), form, status=400)
    services.warning_dismiss(actor=actor, now=timezone.now(), warning_id=warning_id, **form.cleaned_data)
    messages.success(request, _("The warning is dismissed. Your reason stays with it."))
    return redirect("warnings:list")


@require_POST
def judge(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Say what the alarm was worth."""
    worth = request.POST.get("worth", "")
    services.warning_judge(actor=actor_of(request.user), now=timezone.now(), warning_id=warning_id, worth=worth)
    messages.success(request, _("Noted. It counts in the precision of the rule."))
    return redirect("warnings:detail", warning_id)


def _page(request: HttpRequest, warning: Warning, form: DismissForm, status: int = 200) -> HttpResponse:
    rules = rules_in_force()
    said = said_of(warning.story) if may_see(request, "post.read") else None
    context = {
        "warning": warning,
        "form": form,
        "clocks": clocks_of(("warning", warning.pk)),
        "log": log_of("warning", warning.pk),
        "chart": _chart(warning),
        "members": members_of(warning.story),
        "said": said,
        "top": said.asked[:3] if said else (),
        "rules": rules,
        "lower_at": warning.below_since + rules.lower_after if warning.below_since else None,
        "may_acknowledge": may_see(request, "warning.acknowledge"),
        "notice": notice_of_warning(warning.pk),
        "worths": [(worth.value, label) for worth, label in WORTH_WORDS.items()],
        "may_dismiss": may_see(request, "warning.dismiss"),
    }
    return render(request, "warnings/detail.html", context, status=status)


def _chart(warning: Warning) -> Chart:
    end = max(warning.evaluated_at, warning.issued_at)
    points = [(bucket.start, float(bucket.posts)) for bucket in stories.series_of(warning.story_id, end - timedelta(hours=CHART_HOURS))]
    total = int(sum(value for _at, value in points))
    note = _("n = %(n)s posts, last %(hours)s hours, five minutes a step") % {"n": f"{total:,}", "hours": CHART_HOURS}
    return Chart(_("Posts of the story"), _("posts"), points, note, marks=[(warning.issued_at, _("warning"))])
