"""The steps of the guided strip, read from what has happened so far."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiying.listen.warnings.rules import WarningState
from huiying.listen.warnings.selectors import all_warnings
from huiying.respond.incidents.rules import State
from huiying.respond.incidents.selectors import incidents_list
from huiying.respond.statements.rules import StatementState
from huiying.respond.statements.selectors import statements_of

from .people import CHECKER, COMMANDER, DUTY_OFFICER

_AFTER_CONFIRMED = frozenset({State.GRADED, State.RESPONDING, State.STABILISING, State.RESOLVED, State.REVIEWING, State.CLOSED})
_AFTER_GRADED = _AFTER_CONFIRMED - {State.GRADED}
_ENDED = frozenset({State.RESOLVED, State.REVIEWING, State.CLOSED})
_SUBMITTED = frozenset({StatementState.FACT_CHECK, StatementState.LEGAL_REVIEW, StatementState.PENDING_APPROVAL, StatementState.APPROVED})
_OUT = frozenset({StatementState.PUBLISHED, StatementState.CORRECTED, StatementState.WITHDRAWN})


@dataclass(frozen=True)
class Step:
    """One step: what to do, where, and who may."""

    name: str
    advice: str
    who: tuple[str, ...]
    url: str
    is_done: bool
    is_now: bool = False

    @property
    def tone(self) -> str:
        """Return how the step looks."""
        return "done" if self.is_done else "current" if self.is_now else "later"


def steps_now() -> list[Step]:
    """Return all steps; exactly one is the one to do now, unless all are done."""
    steps = _steps()
    first_open = next((index for index, step in enumerate(steps) if not step.is_done), None)
    return [Step(s.name, s.advice, s.who, s.url, s.is_done, index == first_open) for index, s in enumerate(steps)]


def _steps() -> list[Step]:
    warning = all_warnings().filter(exercise=True).exclude(state=WarningState.DISMISSED).first()
    incident = incidents_list().filter(exercise=True).order_by("-opened_at", "-pk").first()
    state = State(incident.state) if incident else None
    warning_url = reverse("warnings:detail", args=[warning.pk]) if warning else ""
    incident_url = reverse("incidents:detail", args=[incident.pk]) if incident else ""
    is_taken = bool(incident) or (warning is not None and warning.state != WarningState.PROPOSED)
    return [
        Step(
            pgettext("step", "Hear"),
            _("Real feeds on this machine are being read; a matter will rise within two minutes."),
            (DUTY_OFFICER,),
            reverse("dashboard:board"),
            bool(warning or incident),
        ),
        Step(
            pgettext("step", "Acknowledge"),
            _("A warning is waiting. Look at its reasons, then acknowledge it: the clock stops."),
            (DUTY_OFFICER,),
            warning_url,
            is_taken,
        ),
        Step(pgettext("step", "Open"), _("Open an incident from the warning."), (DUTY_OFFICER,), warning_url, incident is not None),
        Step(
            pgettext("step", "Grade"),
            _("Confirm what is known, write the assessment, then grade by the scheme; grades I and II are accepted by the commander."),
            (DUTY_OFFICER, COMMANDER),
            incident_url,
            state in _AFTER_CONFIRMED,
        ),
        Step(
            pgettext("step", "Activate"),
            _("The commander puts the matching plan into force: tasks, clocks and roles appear."),
            (COMMANDER,),
            incident_url,
            state in _AFTER_GRADED,
        ),
        *_answering_steps(incident.pk if incident else None, incident_url, state),
    ]


def _answering_steps(incident_id: int | None, incident_url: str, state: State | None) -> list[Step]:
    statement = next(iter(statements_of(incident_id)), None) if incident_id else None
    text_state = StatementState(statement.state) if statement else None
    statement_url = reverse("statements:detail", args=[statement.pk]) if statement else incident_url
    is_out = text_state in _OUT
    is_approved = is_out or text_state is StatementState.APPROVED
    is_handed_in = text_state in _SUBMITTED or is_out
    return [
        Step(
            pgettext("step", "Write"),
            _("Add a fact with its evidence, let somebody else verify it, then draft a statement whose sentences rest on facts."),
            (DUTY_OFFICER, CHECKER),
            statement_url,
            is_handed_in,
        ),
        Step(
            pgettext("step", "Approve"),
            _("Fact check, legal review, then two approvals of the exact text by people who did not write it."),
            (CHECKER, COMMANDER),
            statement_url,
            is_approved,
        ),
        Step(
            pgettext("step", "Publish"),
            _("Publish: the rehearsal site shows what the public would see."),
            (COMMANDER,),
            statement_url,
            is_out,
        ),
        Step(
            pgettext("step", "Resolve"),
            _("When the curve is calm, stabilise and resolve; a commander may go on earlier with a reason."),
            (COMMANDER,),
            incident_url,
            state in _ENDED,
        ),
        Step(
            pgettext("step", "Review"),
            _("The review has opened by itself: planned beside actual. Turn a finding into a corrective action."),
            (DUTY_OFFICER, CHECKER),
            reverse("reviews:list"),
            state in {State.REVIEWING, State.CLOSED},
        ),
    ]
