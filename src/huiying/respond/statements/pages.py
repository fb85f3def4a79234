"""What the statement pages show: who may do which next step, and why not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiying.base.accounts.rules import ROLE_LABELS, Role, may
from huiying.base.approvals.selectors import all_approvals_of, approvals_of
from huiying.base.audit.rules import Actor
from huiying.base.audit.selectors import log_of
from huiying.core.planning.model import Holding
from huiying.respond.incidents import selectors as incidents
from huiying.respond.plans import selectors as plans

from . import selectors
from .holding import BUILT_IN, built_in
from .models import Fact, Sentence, Statement
from .rules import APPROVAL_LIFE, EDITABLE, MOVES, OUT, StatementKind, StatementState, digest_of, gaps_of
from .services.gates import missing_approvals

S = StatementState
STATE_FILTERS = [
    ("running", _("on their way")),
    ("published", _("published")),
    ("corrected", _("corrected")),
    ("withdrawn", _("withdrawn")),
    ("rejected", _("rejected")),
    ("all", _("all statements")),
]
#: What a text waits for, by state; shown to everybody.
NEXT: dict[StatementState, Promise] = {
    S.DRAFT: _("The writer finishes it and hands it in."),
    S.RETURNED: _("The writer changes what was asked for and hands it in again."),
    S.FACT_CHECK: _("A fact checker, not the writer, confirms the facts."),
    S.LEGAL_REVIEW: _("A legal reviewer looks for personal details and names the basis."),
    S.PENDING_APPROVAL: _("People who did not write it sign this exact text."),
    S.APPROVED: _("The publisher releases it within four hours."),
    S.EXPIRED: _("The approval is too old: ask for it again."),
    S.PUBLISHED: _("It is public. Watch whether its facts still hold."),
    S.CORRECTED: _("A correction replaced it; it stays readable."),
    S.WITHDRAWN: _("It was taken back; the reason stays public."),
    S.REJECTED: _("It is not published."),
}


@dataclass(frozen=True)
class Line:
    """One statement as a row of a list or a card."""

    statement: Statement
    sentences: list[Sentence]
    next_step: Promise
    affected: list[Fact]
    number: int | None


def line_of(found: Statement) -> Line:
    """Return a statement with what it waits for."""
    release = getattr(found, "release", None)
    return Line(
        found,
        list(found.sentences.all()),
        NEXT[S(found.state)],
        selectors.withdrawn_facts_of(found) if found.state != S.REJECTED else [],
        release.number if release else None,
    )


def row_of(found: Statement) -> tuple[Statement, Promise, bool, bool, int | None]:
    """Return a row of the list: the text, what it waits for, whether a fact fell, whether it is the reader's own, its public number."""
    release = getattr(found, "release", None)
    fell = bool(getattr(found, "is_affected", False)) and S(found.state) != S.REJECTED
    return found, NEXT[S(found.state)], fell, bool(getattr(found, "is_mine", False)), release.number if release else None


def holding_template(incident_id: int) -> tuple[str, Holding]:
    """Return the holding template of the plan in force, else the built-in one, with its key."""
    activation, template = plans.activation_in_force(incident_id), plans.holding_template_of(incident_id)
    if activation is None or template is None:
        return BUILT_IN, built_in()
    return f"plan:{activation.plan_version.key}@{activation.plan_version.version}", template


def _rights(found: Statement, actor: Actor, *, own: bool) -> dict[str, bool]:
    """Return which buttons this person gets for this text now."""
    state = S(found.state)
    moves = MOVES[state]

    def may_go(to: StatementState, *, foreign: bool = False) -> bool:
        return to in moves and may(actor.roles, moves[to]) and not (foreign and own)

    return {
        "edit": state in EDITABLE and may(actor.roles, "statement.write"),
        "submit": may_go(S.FACT_CHECK),
        "check": state is S.FACT_CHECK and may_go(S.LEGAL_REVIEW, foreign=True),
        "legal": state is S.LEGAL_REVIEW and may_go(S.PENDING_APPROVAL, foreign=True),
        "approve": may_go(S.APPROVED, foreign=True),
        "return": may_go(S.RETURNED, foreign=True),
        "reject": may_go(S.REJECTED, foreign=True),
        "renew": state is S.EXPIRED and may_go(S.PENDING_APPROVAL),
        "publish": may_go(S.PUBLISHED),
        "correct": state is S.PUBLISHED and may(actor.roles, "statement.write"),
        "withdraw": may_go(S.WITHDRAWN),
    }


def detail_page(found: Statement, actor: Actor, now: datetime) -> dict[str, object]:
    """Return everything the page of one statement shows."""
    digest = digest_of(selectors.statement_body(found))
    own = selectors.is_author(found, actor)
    rights = _rights(found, actor, own=own)
    standing = approvals_of(("statement", found.pk), digest)
    missing, lacks_commander = missing_approvals(found, digest) if S(found.state) not in OUT else (0, False)
    signed = any(row.person_id == actor.id for row in standing)
    release = getattr(found, "release", None)
    gaps: dict[int, list[Promise]] = {}
    for gap in gaps_of(found.title_zh, found.title_en, selectors.sentence_texts(found)) if S(found.state) not in OUT else []:
        gaps.setdefault(gap.position, []).append(gap.reason)
    return {
        "statement": found,
        "incident": incidents.incident(found.incident_id),
        "digest": digest,
        "may": rights | {"approve": rights["approve"] and not signed},
        "own": own,
        "signed": signed,
        "next_step": NEXT[S(found.state)],
        "fast_lane": found.kind == StatementKind.HOLDING and bool(found.template_key),
        "rows": [(row, list(row.facts.all()), gaps.get(row.position, [])) for row in found.sentences.all()],
        "whole_gaps": gaps.get(0, []),
        "approvals": [(row, ROLE_LABELS[Role(row.role)], row.given_at + APPROVAL_LIFE) for row in standing],
        "missing": missing,
        "lacks_commander": lacks_commander,
        "voided": [row for row in all_approvals_of(("statement", found.pk)) if row.voided_at],
        "release": release,
        "now": now,
        "affected": selectors.withdrawn_facts_of(found) if S(found.state) != S.REJECTED else [],
        "log": log_of("statement", found.pk),
        "withdrawal_asked": bool(release and release.withdrawn_reason_zh and not release.withdrawn_at),
    }
