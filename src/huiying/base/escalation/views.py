"""The chains with what they do, an editor with a preview, and the look ahead at the coming week."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any  # formsets have no useful type

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiying.base.accounts.rules import may
from huiying.base.accounts.selectors import names_of
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput, NotThere

from .forms import ChainForm, StepForm, StepFormSet, chain_of_forms, target_choices
from .heat import heat_rows, stretches
from .lines import chain_lines, run_line
from .reach import HOUR, breaks_of, rehearse, simulate
from .rules import Chain, whole
from .selectors import COMMON_KIND, chains, current_preflight, open_runs, world_of
from .services import chain_reset, chain_save, preflight_ask
from .services.chains import check_chain
from .services.preflights import BEYOND, HOURS, break_row
from .wording import WHY_LABELS, break_text, note_text, target_text

#: o'clock; the hour of the night that a preview tries besides now.
NIGHT = 3
RUNS_SHOWN = 20


@require_safe
def chain_list(request: HttpRequest) -> HttpResponse:
    """Show the chains, what is running, and whether the coming week is covered."""
    actor = actor_of(request.user)
    require(actor, "roster.read")
    found = current_preflight()
    runs = open_runs().select_related("answered_by").prefetch_related("tellings__person")[:RUNS_SHOWN]
    context = {
        "chains": chain_lines(chains(COMMON_KIND)),
        "runs": [run_line(run) for run in runs],
        "preflight": found,
        "breaks": [break_text(each) for each in found.breaks[:3]] if found else [],
        "may_manage": may(actor.roles, "roster.manage"),
    }
    return render(request, "escalation/list.html", context)


@require_http_methods(["GET", "POST"])
def chain_edit(request: HttpRequest, level: str) -> HttpResponse:
    """Change a chain: fill in, look at what it would do now and at night, save."""
    actor = actor_of(request.user)
    require(actor, "roster.manage")
    known = chains(COMMON_KIND)
    if level not in known:
        raise NotThere(_("There is no chain of the level %(level)s.") % {"level": level})
    data, targets = request.POST if request.method == "POST" else None, target_choices()
    whole_form = ChainForm(data, initial={"answer_minutes": known[level].answer_minutes, "hands_to": known[level].hands_to})
    steps = StepFormSet(data, prefix="steps", initial=[step.as_dict() for step in known[level].steps], form_kwargs={"targets": targets})
    resort = known[level].last_resort
    last = StepForm(data, prefix="last", initial=resort.as_dict() if resort else None, targets=targets)
    context: dict[str, Any] = {"level": level, "form": whole_form, "steps": steps, "last": last, "chain": known[level]}
    if data is None:
        return render(request, "escalation/chain.html", context)
    if not all((whole_form.is_valid(), steps.is_valid(), last.is_valid())):
        return render(request, "escalation/chain.html", context, status=400)
    chain = chain_of_forms(level, COMMON_KIND, whole_form, steps, last)
    try:
        check_chain(chain)
    except BadInput as error:
        whole_form.add_error(None, str(error))
        return render(request, "escalation/chain.html", context, status=400)
    if "save" in data:
        chain_save(actor=actor, now=timezone.now(), chain=chain)
        messages.success(request, _("The chain is in force. The coming week is looked through again."))
        return redirect("escalation:list")
    return render(request, "escalation/chain.html", context | _preview(chain, timezone.now()))


def _preview(chain: Chain, now: datetime) -> dict[str, Any]:
    """Return what a chain would do now and in the coming night, and where it breaks in the coming week."""
    steps = whole(chain, chains(chain.subject_kind) | {chain.level: chain})
    start = now.replace(minute=0, second=0, microsecond=0)
    world, _roster = world_of(steps, start, start + HOURS * HOUR + BEYOND, asks_ways=True)
    outcomes = [(at, simulate(steps, world, at, chain.answer_minutes)) for at in (start + number * HOUR for number in range(HOURS))]
    breaks = breaks_of({chain.level: outcomes})
    shown = {moment: rehearse(steps, world, moment, chain.answer_minutes) for moment in (now, _night(now))}
    ids = {told.person for lines in shown.values() for each in lines for told in each.told}
    names = names_of(ids | {int(step.value) for step in steps if step.to.startswith("person:")} | set(world.active))
    rows = [
        (moment, [(each.at, target_text(steps[each.step - 1].to, names), _who(each.told, names)) for each in lines])
        for moment, lines in shown.items()
    ]
    return {"rehearsals": rows, "preview_breaks": [break_text(break_row(each, names)) for each in breaks], "previewed": True}


def _who(told: Any, names: dict[int, str]) -> str:
    return ", ".join(f"{names[each.person]} ({WHY_LABELS[each.why]})" for each in told)


def _night(now: datetime) -> datetime:
    local = timezone.localtime(now).replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return local if local > now else local + timedelta(days=1)


@require_POST
def chain_restore(request: HttpRequest, level: str) -> HttpResponse:
    """Go back to the chain that came with the program."""
    chain_reset(actor=actor_of(request.user), now=timezone.now(), subject_kind=COMMON_KIND, level=level)
    messages.success(request, _("The chain that came with the program is in force again."))
    return redirect("escalation:list")


@require_http_methods(["GET", "POST"])
def preflight(request: HttpRequest) -> HttpResponse:
    """Show the coming week: every level at every hour, and in words what breaks."""
    actor = actor_of(request.user)
    require(actor, "roster.read")
    if request.method == "POST":
        preflight_ask(actor=actor, now=timezone.now())
        return redirect("escalation:preflight")
    found = current_preflight()
    context: dict[str, Any] = {"preflight": found}
    if found is not None:
        context |= {
            "rows": heat_rows(found),
            "stretches": stretches(found),
            "breaks": [break_text(each) for each in found.breaks],
            "notes": [note_text(each) for each in found.notes],
        }
    return render(request, "escalation/preflight.html", context)
