"""Out of the house: publish the approved text, and take a published one back in the open."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.approvals.selectors import approvals_of
from huiying.base.approvals.services import approval_give
from huiying.base.audit.rules import Actor
from huiying.base.clocks.rules import ClockRule
from huiying.base.clocks.services import clock_start, clock_stop
from huiying.base.tasks.services import task_create
from huiying.base.ui.errors import NotNow
from huiying.respond.incidents import selectors as incidents
from huiying.respond.incidents.services import log_decision

from ..models import Commitment, Release, Sentence, Statement
from ..rules import (
    APPROVALS_NEEDED,
    CLOCKS_ANSWERED,
    CLOCKS_ANSWERED_BY_FACTS,
    MOVES,
    CommitmentState,
    Nature,
    StatementState,
    approvals_expired,
    canonical,
    digest_of,
)
from ..selectors import standing_approvals, statement_body, unverified_facts_of, withdrawn_facts_of
from .gates import missing_approvals
from .moving import log, move, needed, open_incident, statement_of

S = StatementState
PUBLIC_SITE, REHEARSAL_SITE = "public_site", "rehearsal_site"


@transaction.atomic
def statement_publish(*, actor: Actor, now: datetime, statement_id: int) -> Release:
    """Release the approved text, frozen word for word; an exercise goes to the rehearsal site only.

    Answers the incident's clocks, starts a clock and a task for each promise, and marks what it corrects.
    """
    require(actor, "statement.publish")
    statement = statement_of(statement_id)
    open_incident(statement.incident_id, correcting=statement.corrects_id is not None)
    body = statement_body(statement)
    digest = digest_of(body)
    _may_leave(statement, digest, now)
    move(statement, S.PUBLISHED, MOVES, changed_at=now)
    log(statement, "statement.publish", actor=actor, now=now, digest=digest, channel=REHEARSAL_SITE if statement.exercise else PUBLIC_SITE)
    number = (Release.objects.filter(exercise=statement.exercise).aggregate(last=Max("number"))["last"] or 0) + 1
    release = Release.objects.create(
        statement=statement,
        incident_id=statement.incident_id,
        number=number,
        channel=REHEARSAL_SITE if statement.exercise else PUBLIC_SITE,
        at=now,
        by_id=actor.id,
        body=canonical(body),
        digest=digest,
        updated_at=now,
        exercise=statement.exercise,
    )
    if statement.corrects_id:
        _mark_corrected(statement.corrects_id, release, now)
    _note(statement, actor, now, _evidence(release))
    _answer_clocks(statement, release, actor, now)
    for sentence in statement.sentences.filter(nature=Nature.COMMITMENT).order_by("position"):
        _promise(sentence, release, actor, now)
    return release


def _evidence(release: Release) -> str:
    return _("Statement no. %(number)s is published: %(title)s") % {"number": release.number, "title": release.statement.title_zh}


def _note(statement: Statement, actor: Actor, now: datetime, text: str) -> None:
    """Put a line into the incident's own log, unless the incident is over."""
    if not incidents.incident(statement.incident_id).has_ended:
        log_decision(actor=actor, now=now, incident_id=statement.incident_id, text=text, kind="observation")


def _may_leave(statement: Statement, digest: str, now: datetime) -> None:
    """Raise NotNow unless this very text has its signatures, fresh, and all its facts still hold."""
    if statement.state != S.APPROVED:
        raise NotNow(_("This text is “%(state)s”: it can be published when it is approved.") % {"state": statement.state_label})
    missing, _lacks = missing_approvals(statement, digest)
    if digest != statement.approved_digest or missing:
        raise NotNow(_("The text is not the one that was approved: it has to be approved again."))
    if approvals_expired(standing_approvals(statement, digest), now):
        raise NotNow(_("The approval is older than four hours: ask for it again."))
    if withdrawn_facts_of(statement) or unverified_facts_of(statement):
        raise NotNow(_("A fact under this text does not hold any more: return the text to its writer."))
    promised = [at for at in (statement.next_update_at, *statement.sentences.values_list("due_at", flat=True)) if at is not None]
    if promised and min(promised) <= now:
        raise NotNow(_("A promised time is already past: the text has to be rewritten."))
    if statement.corrects_id and Statement.objects.filter(pk=statement.corrects_id).exclude(state=S.PUBLISHED).exists():
        raise NotNow(_("The statement this one corrects is not public any more."))


def _mark_corrected(old_id: int, release: Release, now: datetime) -> None:
    old = statement_of(old_id)
    move(old, S.CORRECTED, MOVES, changed_at=now)
    Release.objects.filter(statement_id=old_id).update(corrected_by=release, updated_at=now)


def _answer_clocks(statement: Statement, release: Release, actor: Actor, now: datetime) -> None:
    has_facts = statement.sentences.filter(nature=Nature.FACT).exists()
    for key in CLOCKS_ANSWERED + (CLOCKS_ANSWERED_BY_FACTS if has_facts else ()):
        clock_stop(
            actor=actor,
            now=now,
            subject=("incident", statement.incident_id),
            rule_key=key,
            stopped_at=now,
            stop_evidence=_evidence(release),
        )
    if statement.next_update_at is None:
        return
    seconds = max(int((statement.next_update_at - now).total_seconds()), 60)
    rule = ClockRule("next_update", {"zh-Hans": "下一次公开更新", "en": "Next public update"}, seconds, seconds * 3 // 4, "R111")
    clock_start(
        actor=actor,
        now=now,
        subject=("incident", statement.incident_id),
        rule=rule,
        started_at=now,
        start_evidence=_evidence(release),
        exercise=statement.exercise,
    )


def _promise(sentence: Sentence, release: Release, actor: Actor, now: datetime) -> None:
    if sentence.due_at is None:
        raise NotNow(_("A commitment needs the time by which it is kept."))
    same = Commitment.objects.filter(incident_id=release.incident_id, text_zh=sentence.text_zh, due_at=sentence.due_at)
    if same.filter(state=CommitmentState.MADE, release__withdrawn_at=None).exists():
        return  # a correction repeats the promise: one clock and one task are enough
    commitment = Commitment.objects.create(
        release=release,
        incident_id=release.incident_id,
        position=sentence.position,
        text_zh=sentence.text_zh,
        text_en=sentence.text_en,
        due_at=sentence.due_at,
        exercise=release.exercise,
    )
    seconds = max(int((sentence.due_at - now).total_seconds()), 60)
    words = {"zh-Hans": f"承诺：{sentence.text_zh}", "en": f"Commitment: {sentence.text_en}"}
    subject = ("incident", release.incident_id)
    clock_start(
        actor=actor,
        now=now,
        subject=subject,
        rule=ClockRule(commitment.clock_key, words, seconds, seconds * 3 // 4, "国办发〔2016〕61号"),
        started_at=now,
        start_evidence=_evidence(release),
        exercise=release.exercise,
    )
    task_create(
        actor=actor,
        now=now,
        subject=subject,
        title=words,
        owner_role=sentence.owner_role or "commander",
        due_at=sentence.due_at,
        expected_result={"zh-Hans": "兑现承诺并公开说明", "en": "The promise is kept and said so in public"},
        source=f"commitment:{commitment.pk}",
        exercise=release.exercise,
    )


@transaction.atomic
def statement_withdraw(*, actor: Actor, now: datetime, statement_id: int, reason_zh: str, reason_en: str) -> Statement:
    """Take a published text back: one person with the right asks, a second one with the same words does it.

    A tombstone with the reason stays in its place. Until the second person acts the text stays public.
    """
    require(actor, "statement.approve")
    statement = statement_of(statement_id)
    if statement.state != S.PUBLISHED:
        raise NotNow(_("This text is “%(state)s”: only a published one can be withdrawn.") % {"state": statement.state_label})
    reason_zh = needed(reason_zh, _("Say in Chinese why the text is withdrawn: readers see it."))
    reason_en = needed(reason_en, _("Say in English why the text is withdrawn: readers see it."))
    subject = ("statement_withdrawal", statement.pk)
    digest = digest_of({"statement": statement.pk, "zh-Hans": reason_zh, "en": reason_en})
    role = next(role for role in ("approver", "commander", *sorted(actor.roles)) if role in actor.roles)
    approval_give(actor=actor, now=now, subject=subject, digest=digest, authors=frozenset(), role=role, exercise=statement.exercise)
    signatures = {approval.person_id for approval in approvals_of(subject, digest)}
    changes: dict[str, object] = {"withdrawn_reason_zh": reason_zh, "withdrawn_reason_en": reason_en}
    done = len(signatures) >= APPROVALS_NEEDED
    if done:
        move(statement, S.WITHDRAWN, MOVES, changed_at=now)
        changes |= {"withdrawn_at": now, "updated_at": now}
        _note(statement, actor, now, _("A published statement is withdrawn: %(reason)s") % {"reason": reason_zh})
    Release.objects.filter(statement=statement).update(**changes)
    verb = "statement.withdraw" if done else "statement.withdraw_ask"
    log(statement, verb, actor=actor, now=now, reason_zh=reason_zh, reason_en=reason_en)
    return statement
