"""The list, the room, the timeline and the printable report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.core.grading.wording import counterfactual_text, factor_label, reason_text

from .. import selectors
from ..duty_rules import StoppedBy, duty_rules
from ..models import GradeDecision, Incident
from ..rules import (
    BASIS_LABELS,
    MOVES,
    STATE_LABELS,
    VERIFICATION_CHECKS,
    GradeState,
    State,
)
from ..standing_rules import CommandHandoverState
from .asking import actor_from
from .kinship import relative_lines

PAGE_SIZE = 20
_ROOM_RIGHTS = (
    "incident.move",
    "incident.assess",
    "incident.grade",
    "incident.command",
    "incident.grade_lower",
    "incident.waive_clock",
    "incident.open",
    "incident.confide",
    "incident.retain",
    "incident.share",
    "incident.log",
    "task.manage",
    "file.add",
    "comment.add",
)


@dataclass(frozen=True)
class NextStep:
    """What somebody should do now, and where; without an address it is done elsewhere on the page."""

    text: str
    label: str = ""
    url: str = ""


def incident_list(request: HttpRequest) -> HttpResponse:
    """List incidents, open ones first to hand."""
    actor = actor_from(request)
    require(actor, "incident.read")
    state = request.GET.get("state", "open")
    if state not in {"open", "all", *State}:
        state = "open"
    rows = selectors.incidents_list(state="" if state == "all" else state)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    tabs = [
        ("open", _("Open")),
        *((s.value, STATE_LABELS[s]) for s in (State.RESOLVED, State.REVIEWING, State.CLOSED, State.DISMISSED)),
        ("all", _("All")),
    ]
    may_open = may(actor.roles, "incident.open")
    return render(request, "incidents/list.html", {"page": page, "state": state, "tabs": tabs, "may_open": may_open})


def detail(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Show the incident room."""
    actor, now = actor_from(request), timezone.now()
    require(actor, "incident.read")
    dossier = selectors.dossier_of(incident_id)
    incident, entries, decisions = dossier.incident, selectors.timeline_of(dossier), dossier.decisions
    context = {
        "incident": incident,
        "next_step": next_step(dossier),
        "moves": _moves(incident, actor),
        "may": {right.replace(".", "_"): may(actor.roles, right) for right in _ROOM_RIGHTS},
        "chart": selectors.trend_of(dossier, entries, now),
        "stories": dossier.stories,
        "grade": _in_force(decisions),
        "waiting": _waiting(dossier),
        "decisions": decisions,
        "assessment": _told(dossier),
        "assessments": len(dossier.assessments),
        "verification": _verification(incident),
        "tasks": dossier.tasks,
        "tasks_done": sum(task.state == "done" for task in dossier.tasks),
        "clocks": _clock_rows(dossier),
        "log": dossier.log,
        "audit": dossier.audit,
        "recent": entries[::-1][:12],
        "reports": dossier.reports,
        "files": dossier.files,
        "comments": dossier.comments,
        "relatives": relative_lines(dossier),
        "exceptions": dossier.exceptions,
        "handover": next((each for each in dossier.handovers if each.state == CommandHandoverState.WRITTEN), None),
        "handovers": dossier.handovers,
        "closing": selectors.closing_lines(incident, now) if incident.state in {State.RESOLVED, State.REVIEWING} else [],
    }
    return render(request, "incidents/detail.html", context)


def next_step(dossier: selectors.Dossier) -> NextStep:
    """Return what the state asks for first."""
    incident = dossier.incident

    def at(name: str, **query: str) -> str:
        suffix = "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
        return reverse(f"incidents:{name}", args=[incident.pk]) + suffix

    state = State(incident.state)
    if state is State.SUSPECTED:
        return NextStep(_("Is it true? Work through the verification checklist."), _("Confirm"), at("confirm"))
    if state is State.CONFIRMED and not incident.nature:
        return NextStep(_("What is it, how far does it reach, who is hit? Save an assessment."), _("Assess"), at("assess"))
    if state is State.CONFIRMED and _waiting(dossier):
        return NextStep(_("The proposed grade waits for a commander."), _("Look at it"), "#grade")
    if state is State.CONFIRMED:
        return NextStep(_("How grave is it? Look at the proposal of the scheme and decide the grade."), _("Decide the grade"), at("grade"))
    if state is State.GRADED and not (incident.commander_id and incident.deputy_id):
        return NextStep(_("Who commands, and who stands in?"), _("Name commander and deputy"), at("command"))
    if state is State.GRADED:
        return NextStep(
            _("Put the matching plan into force: its steps become tasks, its limits become clocks."), _("Choose a plan"), "#plan"
        )
    if state is State.RESPONDING:
        return NextStep(
            _("Verify facts, publish, work through the tasks. When it is calm and answered, call it stabilising."),
            _("Stabilising"),
            at("move", to="stabilising"),
        )
    if state is State.STABILISING:
        return NextStep(
            _("When nothing new comes and every follow-up has an owner, the incident is resolved."),
            _("Resolved"),
            at("move", to="resolved"),
        )
    if state is State.RESOLVED:
        return NextStep(
            _("A review is due: what was planned, what happened, what do we change?"), _("Start the review"), at("move", to="reviewing")
        )
    if state is State.REVIEWING:
        return _closing_step(dossier, at)
    return NextStep(_("Nothing is left to do here: the record stays readable."))


def _waiting(dossier: selectors.Dossier) -> GradeDecision | None:
    return next((each for each in dossier.decisions if each.state == GradeState.PROPOSED), None)


def _closing_step(dossier: selectors.Dossier, address: Callable[..., str]) -> NextStep:
    missing = next((line for line in selectors.closing_lines(dossier.incident, timezone.now()) if not line.done), None)
    if missing is not None:
        return NextStep(missing.text, _("To what is missing"), "#closing")
    return NextStep(_("With the review approved the incident can be closed."), _("Close"), address("move", to="closed"))


def _moves(incident: Incident, actor: Actor) -> list[tuple[str, str]]:
    """Return the moves beside the straight way that this person may ask for, as (state, label)."""
    forward = selectors.impending_move(incident.state)
    sides = [target for target in MOVES[State(incident.state)] if target not in {forward, State.MERGED}]
    return [(target.value, str(STATE_LABELS[target])) for target in sides if may(actor.roles, MOVES[State(incident.state)][target])]


def _in_force(decisions: Sequence[GradeDecision]) -> dict[str, object] | None:
    found = next((each for each in decisions if each.state == GradeState.IN_FORCE), None)
    if found is None:
        return None
    language, proposal = get_language() or "zh-hans", found.proposal
    return {
        "decision": found,
        "reasons": [reason_text(each, language) for each in proposal.get("reasons", [])],
        "missing": [factor_label(each, language) for each in proposal.get("missing", [])],
        "counterfactual": [counterfactual_text(each, language) for each in proposal.get("counterfactual", [])],
    }


def _told(dossier: selectors.Dossier) -> selectors.AssessmentLine | None:
    found = dossier.assessments
    return selectors.assessment_line(found[0], found[1] if len(found) > 1 else None) if found else None


def _verification(incident: Incident) -> dict[str, object] | None:
    if not incident.verification_basis:
        return None
    return {
        "basis": BASIS_LABELS[incident.verification_basis],
        "checks": [VERIFICATION_CHECKS[each] for each in incident.verification_checks],
    }


def _clock_rows(dossier: selectors.Dossier) -> list[dict[str, object]]:
    """Return the clocks with what stops each; those replaced by another grade come last."""
    by = {rule.key: rule.stopped_by for rule in duty_rules()}
    rows = [
        {
            "clock": clock,
            "by_person": by.get(clock.rule_key) is StoppedBy.PERSON,
            "is_open": clock.state in {"running", "missed"} and clock.stopped_at is None,
        }
        for clock in dossier.clocks
    ]
    return sorted(rows, key=lambda row: row["clock"].state == "waived")


def timeline(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Show everything that happened, oldest first."""
    require(actor_from(request), "incident.read")
    dossier = selectors.dossier_of(incident_id)
    return render(request, "incidents/timeline.html", {"incident": dossier.incident, "entries": selectors.timeline_of(dossier)})
