"""Write, submit, approve, return and withdraw rule sets."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import Role
from huiying.base.accounts.services import require
from huiying.base.approvals.rules import people_who_approved
from huiying.base.approvals.selectors import approvals_of
from huiying.base.approvals.services import approval_give, approvals_void
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotYou
from huiying.core.grading.rulefile import RuleFileError
from huiying.core.grading.warning_rules import WarningRules, load_warning_rules, read_warning_rules, shipped_rules, shipped_text

from .models import RuleSet
from .rules import APPROVALS_NEEDED, RIGHT, RULE_LABELS, RULE_MOVES, RuleState
from .selectors import is_tested, ruleset

#: characters; the shipped rules have 2,000.
TEXT_MOST = 60_000


def rules_check(text: str) -> WarningRules:
    """Return the rules that a text says; raises BadInput with the line of any fault and the words allowed there."""
    if len(text) > TEXT_MOST:
        raise BadInput(_("The rules have %(n)s characters; at most %(most)s are read.") % {"n": len(text), "most": TEXT_MOST})
    try:
        rules = read_warning_rules(text, "rules.yaml")
    except RuleFileError as error:
        raise BadInput(str(error)) from error
    if not any(rules.ladder.values()):
        raise BadInput(_("These rules have no line, so they would never warn: give at least one level a line."))
    if len(rules.key) > 60 or len(rules.version) > 20:
        raise BadInput(_("The key has at most 60 characters and the version at most 20."))
    return rules


@transaction.atomic
def ruleset_save(*, actor: Actor, now: datetime, text: str, note: str = "", ruleset_id: int | None = None) -> RuleSet:
    """Write a new draft, or change one; the text must be readable, and is kept as it was written."""
    person = _person(actor)
    text = text.replace("\r\n", "\n").strip() + "\n"
    rules = rules_check(text)
    if ruleset_id is None:
        found = RuleSet(author_id=person, made_at=now)
    else:
        found = _locked(ruleset_id)
        if found.state != RuleState.DRAFT:
            raise NotNow(_("The rules “%(rules)s” are “%(state)s”: only a draft is changed.") % _named(found))
    found.key, found.version, found.text, found.note = rules.key, rules.version, text, note.strip()
    found.digest, found.changed_at = hashlib.sha256(text.encode()).hexdigest(), now
    found.authors = sorted({*found.authors, person})
    found.save()
    _record(found, "ruleset.save", actor, now, {"digest": found.digest})
    return found


@transaction.atomic
def ruleset_submit(*, actor: Actor, now: datetime, ruleset_id: int) -> RuleSet:
    """Give a draft to the reviewers: only with a finished back-test of this very text, and a name of its own."""
    _person(actor)
    found = _locked(ruleset_id)
    if found.state == RuleState.DRAFT and not is_tested(found):
        raise NotNow(_("“%(rules)s” has no finished back-test of this very text: run one first, then submit it.") % _named(found))
    _refuse_taken(found)
    _move(found, RuleState.IN_REVIEW)
    _record(found, "ruleset.submit", actor, now, {"digest": found.digest})
    return found


@transaction.atomic
def ruleset_approve(*, actor: Actor, now: datetime, ruleset_id: int, digest: str) -> RuleSet:
    """Approve the very text that was read; the second approval puts it in force, and the former rules end."""
    require(actor, RIGHT)
    found = _locked(ruleset_id)
    if found.state != RuleState.IN_REVIEW:
        raise NotNow(_("The rules “%(rules)s” are “%(state)s”: only rules in review are approved.") % _named(found))
    if digest != found.digest:
        raise NotNow(_("The text of “%(rules)s” changed since you read it: read it again.") % _named(found))
    role = Role.COMMANDER if Role.COMMANDER in actor.roles else Role.ANALYST
    subject = ("ruleset", found.pk)
    approval_give(actor=actor, now=now, subject=subject, digest=digest, authors=frozenset(found.authors), role=role.value)
    if len(people_who_approved(approvals_of(subject, digest), now=now)) >= APPROVALS_NEEDED:
        _put_in_force(found, actor, now)
    return found


def _put_in_force(found: RuleSet, actor: Actor, now: datetime) -> None:
    for former in RuleSet.objects.select_for_update().filter(state=RuleState.IN_FORCE):
        _move(former, RuleState.SUPERSEDED, ended_at=now, ended_reason=str(found))
        _record(former, "ruleset.supersede", actor, now, {"by": str(found)})
    _move(found, RuleState.IN_FORCE, in_force_at=now)
    _record(found, "ruleset.enforce", actor, now, {"digest": found.digest})


@transaction.atomic
def ruleset_return(*, actor: Actor, now: datetime, ruleset_id: int, reason: str) -> RuleSet:
    """Send rules in review back to their writers; what was approved is approved no longer."""
    _person(actor)
    found = _locked(ruleset_id)
    text = _reason(reason)
    _move(found, RuleState.DRAFT, note=text)
    approvals_void(actor=actor, now=now, subject=("ruleset", found.pk), reason=text)
    _record(found, "ruleset.return", actor, now, {"reason": text})
    return found


@transaction.atomic
def ruleset_withdraw(*, actor: Actor, now: datetime, ruleset_id: int, reason: str) -> RuleSet:
    """Give a draft, or rules in review, up for good."""
    _person(actor)
    found = _locked(ruleset_id)
    text = _reason(reason)
    _move(found, RuleState.WITHDRAWN, ended_at=now, ended_reason=text)
    approvals_void(actor=actor, now=now, subject=("ruleset", found.pk), reason=text)
    _record(found, "ruleset.withdraw", actor, now, {"reason": text})
    return found


def _refuse_taken(found: RuleSet) -> None:
    """Refuse a key and version that other rules have: both stand beside every warning and must mean one text."""
    others = RuleSet.objects.filter(key=found.key, version=found.version).exclude(pk=found.pk)
    taken = others.exclude(state__in=(RuleState.DRAFT, RuleState.WITHDRAWN)).exclude(digest=found.digest).exists()
    for name in shipped_rules():
        shipped = load_warning_rules(name)
        same_name = (shipped.key, shipped.version) == (found.key, found.version)
        taken = taken or (same_name and shipped_text(name).strip() != found.text.strip())
    if taken:
        raise NotNow(_("Other rules are called “%(rules)s” already: give this text another version.") % _named(found))


def _move(found: RuleSet, to: RuleState, **changes: object) -> None:
    """Move a rule set's state, the only place that does, and only if nobody was first."""
    old = RuleState(found.state)
    if to not in RULE_MOVES[old] or RuleSet.objects.filter(pk=found.pk, state=old).update(state=to.value, **changes) != 1:
        raise NotNow(_("The rules “%(rules)s” are “%(state)s”, so this is not possible now.") % _named(found))
    found.refresh_from_db()


def _locked(ruleset_id: int) -> RuleSet:
    return RuleSet.objects.select_for_update().filter(pk=ruleset_id).first() or ruleset(ruleset_id)


def _person(actor: Actor) -> int:
    require(actor, RIGHT)
    if actor.id is None:
        raise NotYou(_("Only a person writes and decides about rules."))
    return actor.id


def _reason(text: str) -> str:
    if not text.strip():
        raise BadInput(_("Write why: the reason stays with the rules."))
    return text.strip()


def _named(found: RuleSet) -> dict[str, object]:
    return {"rules": str(found), "state": RULE_LABELS[RuleState(found.state)]}


def _record(found: RuleSet, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    record(actor=actor, verb=verb, subject=("ruleset", found.pk), now=now, detail={"rules": str(found), **detail})
