"""The list, the board, many at once, and how the groups carry their orders out."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from huiying.base.accounts.rules import may
from huiying.base.accounts.selectors import Seats, people, seats_of
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import NotYou

from .. import selectors
from ..forms import FilterForm
from ..rules import TASK_MOVE_LABELS, TASK_STATE_LABELS
from ..services import tasks_bulk
from .acts import following, moment_of, number_of

PAGE_ROWS = 50
#: days; what the numbers of the groups may span.
SPANS = (30, 90, 365)
SHOWN = {
    "mine": gettext_lazy("Mine"),
    "groups": gettext_lazy("My groups'"),
    "issued": gettext_lazy("Orders I issued"),
    "open": gettext_lazy("Everybody's open"),
    "overdue": gettext_lazy("Overdue"),
    "all": gettext_lazy("All"),
}


def _wanted(request: HttpRequest) -> tuple[selectors.Wanted, FilterForm]:
    """Return what the address asks for; an unknown word shows mine, an unknown filter filters nothing and says so."""
    form = FilterForm(request.GET)
    form.is_valid()
    show = request.GET.get("show", "mine")
    filters = {name: value for name, value in form.cleaned_data.items() if value}
    return selectors.Wanted(show if show in SHOWN else "mine", **filters), form


def _seats(show: str, person_id: int | None) -> Seats:
    return seats_of(person_id) if show == "groups" else seats_of(None)


def _tabs(request: HttpRequest, show: str) -> list[dict[str, object]]:
    """Return the tabs, each keeping the filters."""
    tabs = []
    for key, label in SHOWN.items():
        query = QueryDict(mutable=True)
        query.update({"show": key} | {name: request.GET[name] for name in FilterForm.base_fields if request.GET.get(name)})
        tabs.append({"query": query.urlencode(), "label": label, "is_here": key == show})
    return tabs


@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Show tasks as rows: mine, my groups', late ones, all."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    wanted, form = _wanted(request)
    rows = selectors.listed(wanted, actor.id, _seats(wanted.show, actor.id), timezone.now())
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    may_manage = may(actor.roles, "task.manage")
    context = {
        "page": page,
        "tasks": list(page),
        "wanted": wanted,
        "tabs": _tabs(request, wanted.show),
        "filter": form,
        "may_manage": may_manage,
        "people": people() if may_manage else [],
        "moves": [(state.value, label) for state, label in TASK_MOVE_LABELS.items()],
        "with_subject": True,
        "with_bulk": True,
        "bare_query": _without_page(request),
    }
    return render(request, "tasks/list.html", context)


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


@require_safe
def task_board(request: HttpRequest) -> HttpResponse:
    """Show tasks as cards in a column for each state of the work."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    wanted, form = _wanted(request)
    columns = []
    for column in selectors.board(wanted, actor.id, _seats(wanted.show, actor.id), timezone.now()):
        query = request.GET.copy()
        query["state"], query["show"] = column.state.value, wanted.show
        columns.append({"column": column, "label": TASK_STATE_LABELS[column.state], "query": query.urlencode()})
    context = {
        "columns": columns,
        "wanted": wanted,
        "tabs": _tabs(request, wanted.show),
        "filter": form,
        "may_manage": may(actor.roles, "task.manage"),
        "person_id": actor.id,
        "bare_query": _without_page(request),
    }
    return render(request, "tasks/board.html", context)


@require_POST
def task_bulk(request: HttpRequest) -> HttpResponse:
    """Do one thing to the chosen tasks and show what became of each."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    sent = request.POST
    outcomes = tasks_bulk(
        actor=actor,
        now=timezone.now(),
        task_ids=[int(number) for number in sent.getlist("task") if number.isdecimal()],
        act=sent.get("act", ""),
        owner_id=number_of(sent.get("owner_id", "")),
        to=sent.get("to", ""),
        due_at=moment_of(sent.get("due_at", "")),
        text=sent.get("text", ""),
    )
    done = sum(outcome.is_done for outcome in outcomes)
    context = {"outcomes": outcomes, "done": done, "refused": len(outcomes) - done, "back": following(request)}
    return render(request, "tasks/bulk.html", context)


@require_safe
def department_list(request: HttpRequest) -> HttpResponse:
    """Show how groups and departments carry their orders out: all to who may read the log, else those one leads."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    led = None if may(actor.roles, "audit.read") else seats_of(actor.id).led
    if led is not None and not led:
        raise NotYou(_("These numbers are for command and audit, and for who leads a group."))
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked) in SPANS else SPANS[1]
    now = timezone.now()
    since = now - timedelta(days=days)
    lines = selectors.departments(since, now, led)
    context = {"lines": lines, "days": days, "spans": SPANS, "since": since, "until": now, "n": sum(line.n for line in lines)}
    return render(request, "tasks/departments.html", context)
