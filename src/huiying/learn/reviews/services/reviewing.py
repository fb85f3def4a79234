"""Open, write, submit and approve a review."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.clocks.rules import ClockRule, clock_rules
from huiying.base.clocks.services import clock_start, clock_stop
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.respond.incidents import selectors as incidents
from huiying.respond.incidents import services as incident_services
from huiying.respond.incidents.rules import State

from ..models import Finding, Review
from ..rules import REVIEW_LABELS, REVIEW_MOVES, FindingKind, ReviewState

#: The incident's own duty clock (respond/incidents/data/clock_rules.yaml), stopped by the approval.
REVIEW_CLOCK = "after_action_review"
EXERCISE_CLOCK = "exercise_report"
#: States of an incident in which its review may be approved: what still runs cannot be judged as a whole.
REVIEWED_STATES = frozenset({State.RESOLVED, State.REVIEWING})


@cache
def _clock_rules() -> dict[str, ClockRule]:
    text = files("huiying.learn.reviews").joinpath("data/clock_rules.yaml").read_text(encoding="utf-8")
    return clock_rules(text, place="reviews/data/clock_rules.yaml")


@transaction.atomic
def review_open(*, actor: Actor, now: datetime, incident_id: int) -> Review:
    """Open the review of an incident, or return the one it has; an exercise starts the clock of its report."""
    incident = incidents.incident(incident_id)
    review, is_new = Review.objects.get_or_create(incident_id=incident.pk, defaults={"opened_at": now, "exercise": incident.exercise})
    if is_new:
        _record(review, "review.open", actor, now)
        if incident.exercise:
            _start_exercise_clock(review, actor, now)
    return review


def _start_exercise_clock(review: Review, actor: Actor, now: datetime) -> None:
    clock_start(
        actor=actor,
        now=now,
        subject=("incident", review.incident_id),
        rule=_clock_rules()[EXERCISE_CLOCK],
        started_at=now,
        start_evidence=_("the exercise incident is resolved"),
        exercise=True,
    )


@transaction.atomic
def review_write(*, actor: Actor, now: datetime, review_id: int, summary: str, effect: str, causes: str, lessons: str) -> Review:
    """Write the review's text; who writes becomes an author. The incident enters its review with the first word."""
    require(actor, "review.write")
    review = _draft(review_id)
    texts = {"summary": summary.strip(), "effect": effect.strip(), "causes": causes.strip(), "lessons": lessons.strip()}
    if Review.objects.filter(pk=review.pk, state=ReviewState.DRAFT).update(**texts) != 1:
        raise NotNow(_("The review was submitted a moment ago, so its text stays as it is."))
    review.refresh_from_db()
    _note_author(review, actor, now)
    _record(review, "review.write", actor, now)
    return review


@transaction.atomic
def finding_add(
    *, actor: Actor, now: datetime, review_id: int, kind: FindingKind | str, text: str, evidence: str, cause: str = ""
) -> Finding:
    """Add a finding with what shows it."""
    require(actor, "review.write")
    review = _draft(review_id)
    if kind not in set(FindingKind):
        raise BadInput(_("“%(kind)s” is no kind of finding: use one of %(known)s.") % {"kind": kind, "known": ", ".join(FindingKind)})
    if not text.strip() or not evidence.strip():
        raise BadInput(_("A finding needs words and what shows it: a clock, a log line, a document."))
    last = review.findings.aggregate(last=Max("number"))["last"] or 0
    finding = Finding.objects.create(
        review=review,
        number=last + 1,
        kind=FindingKind(kind).value,
        text=text.strip(),
        cause=cause.strip(),
        evidence=evidence.strip(),
        at=now,
        by_name=actor.name,
    )
    _note_author(review, actor, now)
    _record(review, "review.finding", actor, now, {"finding": finding.number, "kind": finding.kind})
    return finding


def _note_author(review: Review, actor: Actor, now: datetime) -> None:
    if actor.id is not None:
        review.authors.add(actor.id)
    incident = incidents.incident(review.incident_id)
    if incident.state == State.RESOLVED:
        incident_services.incident_move(actor=SYSTEM, now=now, incident_id=incident.pk, to=State.REVIEWING)


@transaction.atomic
def review_submit(*, actor: Actor, now: datetime, review_id: int) -> Review:
    """Hand the review to the commander.

    Raises BadInput, naming it, when the summary, the findings or the action of a shortfall is missing.
    """
    require(actor, "review.write")
    review = _review(review_id)
    missing = missing_for_submission(review)
    if missing:
        raise BadInput(" ".join([_("The review cannot be submitted yet."), *missing]))
    _set_state(review, ReviewState.SUBMITTED, submitted_at=now, returned_reason="")
    if actor.id is not None:
        review.authors.add(actor.id)
    _record(review, "review.submit", actor, now)
    return review


def missing_for_submission(review: Review) -> list[str]:
    """Return a sentence for each thing the review still lacks."""
    findings = list(review.findings.prefetch_related("actions"))
    missing = []
    if not review.summary:
        missing.append(_("The summary is empty: say what happened and which measures were taken."))
    if not findings:
        missing.append(_("There is no finding: add what went well or fell short."))
    bare = [str(finding.number) for finding in findings if finding.is_shortfall and not finding.actions.all()]
    if bare:
        missing.append(_("These findings have no corrective action yet: %(numbers)s.") % {"numbers": ", ".join(bare)})
    return missing


@transaction.atomic
def review_return(*, actor: Actor, now: datetime, review_id: int, reason: str) -> Review:
    """Send a submitted review back to its authors."""
    require(actor, "review.approve")
    if not reason.strip():
        raise BadInput(_("Say what is missing in the review."))
    review = _review(review_id)
    _set_state(review, ReviewState.DRAFT, returned_reason=reason.strip())
    _record(review, "review.return", actor, now, {"reason": reason.strip()})
    return review


@transaction.atomic
def review_approve(*, actor: Actor, now: datetime, review_id: int) -> Review:
    """Approve a review one did not write; stops the clocks of its report and lets the incident close."""
    require(actor, "review.approve")
    review = _review(review_id)
    if actor.id is None or review.authors.filter(pk=actor.id).exists():
        raise NotYou(_("Who wrote in a review does not approve it: ask another commander."))
    if incidents.incident(review.incident_id).state not in REVIEWED_STATES:
        raise NotNow(
            _("The incident is open again, so its review cannot be approved: resolve the incident first, then add what happened since.")
        )
    _set_state(review, ReviewState.APPROVED, approved_at=now, approved_by_id=actor.id)
    for rule_key in (REVIEW_CLOCK, EXERCISE_CLOCK):
        clock_stop(
            actor=actor,
            now=now,
            subject=("incident", review.incident_id),
            rule_key=rule_key,
            stopped_at=now,
            stop_evidence=_("review approved"),
        )
    _record(review, "review.approve", actor, now)
    return review


def _set_state(review: Review, to: ReviewState, **changes: object) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    old = ReviewState(review.state)
    if to not in REVIEW_MOVES[old] or Review.objects.filter(pk=review.pk, state=old).update(state=to.value, **changes) != 1:
        shown = {"old": str(REVIEW_LABELS[old]), "new": str(REVIEW_LABELS[to])}
        raise NotNow(_("The review is “%(old)s” and cannot become “%(new)s”.") % shown)
    review.refresh_from_db()


def _review(review_id: int) -> Review:
    review = Review.objects.filter(pk=review_id).first()
    if review is None:
        raise NotThere(_("There is no review %(id)s.") % {"id": review_id})
    return review


def _draft(review_id: int) -> Review:
    review = _review(review_id)
    if review.state != ReviewState.DRAFT:
        raise NotNow(_("The review is “%(state)s”, so its text stays as it is.") % {"state": str(REVIEW_LABELS[review.state])})
    return review


def _record(review: Review, verb: str, actor: Actor, now: datetime, detail: dict[str, object] | None = None) -> None:
    told: dict[str, object] = {"review": review.pk, **(detail or {})}
    record(actor=actor, verb=verb, subject=("incident", review.incident_id), now=now, detail=told, exercise=review.exercise)
