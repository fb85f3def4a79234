"""The gates between a draft and the public: fact check, legal review, approval of the exact text."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.approvals.services import approval_give, approvals_void
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.notify.services import notify
from huiying.base.rosters.selectors import person_for_role
from huiying.base.ui.errors import NotNow, NotYou
from huiying.respond.incidents import selectors as incidents

from ..models import Statement
from ..rules import (
    APPROVAL_LIFE,
    MOVES,
    PRIVATE_LABELS,
    Gap,
    StatementKind,
    StatementState,
    approvals_expired,
    approvals_missing,
    gaps_of,
    grade_needs_commander,
    private_details_of,
)
from ..selectors import sentence_texts, standing_approvals, statement_digest, unverified_facts_of, withdrawn_facts_of
from .moving import log, move, needed, not_an_author, open_incident, statement_of

S = StatementState
#: Who is told that a text waits for them.
_WAITS_FOR = {S.FACT_CHECK: "fact_checker", S.LEGAL_REVIEW: "legal_reviewer", S.PENDING_APPROVAL: "approver", S.APPROVED: "publisher"}


@transaction.atomic
def statement_submit(*, actor: Actor, now: datetime, statement_id: int) -> Statement:
    """Hand a text to the fact checker; every sentence must stand on facts or say what else it is."""
    require(actor, "statement.write")
    statement = statement_of(statement_id)
    open_incident(statement.incident_id, correcting=statement.corrects_id is not None)
    sentences = sentence_texts(statement)
    if gaps := gaps_of(statement.title_zh, statement.title_en, sentences):
        raise NotNow(_gap_text(gaps[0]))
    if statement.kind == StatementKind.HOLDING and statement.next_update_at is None:
        raise NotNow(_("A holding statement says when the next update comes: set the time."))
    promised = [at for at in (statement.next_update_at, *(sentence.due_at for sentence in sentences)) if at is not None]
    if promised and min(promised) <= now:
        raise NotNow(_("A promised time is already past: set a later one."))
    _no_withdrawn_fact(statement)
    move(statement, S.FACT_CHECK, MOVES, submitter_id=actor.id, returned_reason="", changed_at=now)
    log(statement, "statement.submit", actor=actor, now=now, digest=statement_digest(statement.pk))
    _tell(statement, now)
    return statement


@transaction.atomic
def statement_check(*, actor: Actor, now: datetime, statement_id: int) -> Statement:
    """Confirm that every fact under the text is verified.

    A holding text that only fills the gaps of its template goes straight to approval, and the
    checker's signature is the first of the two (fast lane).
    """
    require(actor, "statement.check")
    statement = statement_of(statement_id)
    not_an_author(statement, actor)
    _no_withdrawn_fact(statement)
    if unverified := unverified_facts_of(statement):
        raise NotNow(_("%(fact)s is not verified yet: verify it, or return the text.") % {"fact": unverified[0].label})
    fast = statement.kind == StatementKind.HOLDING and bool(statement.template_key)
    move(statement, S.PENDING_APPROVAL if fast else S.LEGAL_REVIEW, MOVES, changed_at=now)
    digest = statement_digest(statement.pk)
    if fast:
        _sign(statement, digest, actor=actor, now=now, role="fact_checker")
    log(statement, "statement.check", actor=actor, now=now, digest=digest, fast_lane=fast)
    _tell(statement, now)
    return statement


@transaction.atomic
def statement_legal(*, actor: Actor, now: datetime, statement_id: int, basis: str) -> Statement:
    """Pass the legal review: nothing personal in the text, and the basis on which it is published."""
    require(actor, "statement.legal")
    statement = statement_of(statement_id)
    not_an_author(statement, actor)
    basis = needed(basis, _("Name the basis on which this is published (law, article)."))
    text = "\n".join(
        [statement.title_zh, statement.title_en, statement.reason_zh, statement.reason_en]
        + [f"{s.text_zh}\n{s.text_en}" for s in sentence_texts(statement)]
    )
    if found := private_details_of(text):
        kinds = ", ".join(str(PRIVATE_LABELS[kind]) for kind in found)
        raise NotNow(_("The text names a private person (%(kinds)s): return it to be rewritten.") % {"kinds": kinds})
    move(statement, S.PENDING_APPROVAL, MOVES, basis=basis, changed_at=now)
    log(statement, "statement.legal", actor=actor, now=now, basis=basis)
    _tell(statement, now)
    return statement


@transaction.atomic
def statement_approve(*, actor: Actor, now: datetime, statement_id: int, digest: str) -> Statement:
    """Sign the exact text the approver has read; the second signature makes it approved.

    Raises NotYou for an author, NotNow when the text is another one than the one read.
    """
    require(actor, "statement.approve")
    statement = statement_of(statement_id)
    if statement.state != S.PENDING_APPROVAL:
        raise NotNow(_("This text is “%(state)s”: it can be approved when it waits for approval.") % {"state": statement.state_label})
    if digest != statement_digest(statement.pk):
        raise NotNow(_("The text was changed after you read it: reload the page and read it again."))
    _no_withdrawn_fact(statement)
    _sign(statement, digest, actor=actor, now=now, role="commander" if "commander" in actor.roles else "approver")
    missing, _lacks = missing_approvals(statement, digest)
    if missing == 0:
        move(statement, S.APPROVED, MOVES, approved_digest=digest, changed_at=now)
        _tell(statement, now)
    log(statement, "statement.approve", actor=actor, now=now, digest=digest, missing=missing)
    return statement


def missing_approvals(statement: Statement, digest: str) -> tuple[int, bool]:
    """Return how many signatures this text still lacks, and whether it must be the commander's."""
    grade = incidents.incident(statement.incident_id).grade
    return approvals_missing(standing_approvals(statement, digest), needs_commander=grade_needs_commander(grade))


@transaction.atomic
def statement_return(*, actor: Actor, now: datetime, statement_id: int, reason: str) -> Statement:
    """Send a text back to its writer with the reason."""
    statement = statement_of(statement_id)
    right = MOVES[S(statement.state)].get(S.RETURNED)
    if right is None:
        raise NotNow(_("This text is “%(state)s”: nobody can return it now.") % {"state": statement.state_label})
    require(actor, right)
    not_an_author(statement, actor)
    reason = needed(reason, _("Say what must change: the writer reads this."))
    _void(statement, actor, now, reason)
    move(statement, S.RETURNED, MOVES, returned_reason=reason, approved_digest="", changed_at=now)
    log(statement, "statement.return", actor=actor, now=now, reason=reason)
    notify(
        now=now,
        person_ids=statement.authors.values_list("pk", flat=True),
        url=statement.get_absolute_url(),
        exercise=statement.exercise,
        text={
            "zh-Hans": f"声明《{statement.title_zh}》被退回：{reason}",
            "en": f"The statement “{statement.title_en}” was returned: {reason}",
        },
        key=f"statement:{statement.pk}:returned:{now.isoformat()}",
    )
    return statement


@transaction.atomic
def statement_reject(*, actor: Actor, now: datetime, statement_id: int, reason: str) -> Statement:
    """Decide that a text is not published at all."""
    require(actor, "statement.approve")
    statement = statement_of(statement_id)
    not_an_author(statement, actor)
    reason = needed(reason, _("Say why the text is rejected."))
    _void(statement, actor, now, reason)
    move(statement, S.REJECTED, MOVES, returned_reason=reason, approved_digest="", changed_at=now)
    log(statement, "statement.reject", actor=actor, now=now, reason=reason)
    return statement


@transaction.atomic
def statement_renew(*, actor: Actor, now: datetime, statement_id: int) -> Statement:
    """Ask for approval again after it expired; the text is the same, the signatures are new."""
    require(actor, "statement.write")
    statement = statement_of(statement_id)
    _void(statement, actor, now, _("The approval was older than four hours."))
    move(statement, S.PENDING_APPROVAL, MOVES, approved_digest="", changed_at=now)
    log(statement, "statement.renew", actor=actor, now=now)
    _tell(statement, now)
    return statement


def approvals_expire(*, now: datetime) -> int:
    """Expire approved texts nobody published in time; return how many."""
    waiting = Statement.objects.filter(state=S.APPROVED)
    return sum(_expire(statement, now) for statement in waiting)


@transaction.atomic
def _expire(statement: Statement, now: datetime) -> int:
    if not approvals_expired(standing_approvals(statement, statement.approved_digest), now):
        return 0
    move(statement, S.EXPIRED, MOVES, changed_at=now)
    log(statement, "statement.expire", actor=SYSTEM, now=now, hours=APPROVAL_LIFE // timedelta(hours=1))
    notify(
        now=now,
        person_ids=statement.authors.values_list("pk", flat=True),
        url=statement.get_absolute_url(),
        exercise=statement.exercise,
        text={
            "zh-Hans": f"声明《{statement.title_zh}》的批准已过期，请重新报批。",
            "en": f"The approval of “{statement.title_en}” expired: ask again.",
        },
        key=f"statement:{statement.pk}:expired:{now.isoformat()}",
    )
    return 1


def _sign(statement: Statement, digest: str, *, actor: Actor, now: datetime, role: str) -> None:
    authors = frozenset(statement.authors.values_list("pk", flat=True)) | ({statement.submitter_id} if statement.submitter_id else set())
    if actor.id in authors:
        raise NotYou(_("You wrote or submitted this text, so somebody else must approve it."))
    approval_give(
        actor=actor, now=now, subject=("statement", statement.pk), digest=digest, authors=authors, role=role, exercise=statement.exercise
    )


def _void(statement: Statement, actor: Actor, now: datetime, reason: str) -> None:
    approvals_void(actor=actor, now=now, subject=("statement", statement.pk), reason=reason, exercise=statement.exercise)


def _no_withdrawn_fact(statement: Statement) -> None:
    if withdrawn := withdrawn_facts_of(statement):
        raise NotNow(_("%(fact)s was withdrawn: rewrite the sentence that stands on it.") % {"fact": withdrawn[0].label})


def _gap_text(gap: Gap) -> str:
    if gap.position == 0:
        return str(gap.reason)
    return _("Sentence %(n)s: %(reason)s") % {"n": gap.position, "reason": gap.reason}


def _tell(statement: Statement, now: datetime) -> None:
    role = _WAITS_FOR[S(statement.state)]
    person_id = person_for_role(role, now)
    if person_id is None:
        return
    notify(
        now=now,
        person_ids=[person_id],
        url=statement.get_absolute_url(),
        exercise=statement.exercise,
        text={"zh-Hans": f"声明《{statement.title_zh}》等您处理。", "en": f"The statement “{statement.title_en}” waits for you."},
        key=f"statement:{statement.pk}:{statement.state}:{now.isoformat()}",
    )
