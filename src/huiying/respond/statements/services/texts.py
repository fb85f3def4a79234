"""Writing: a new text, a holding text from its template, a rewritten text, a correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.approvals.services import approvals_void
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotNow
from huiying.core.planning.model import Holding

from ..holding import fill
from ..models import Fact, Sentence, Statement
from ..rules import EDITABLE, MOVES, FactState, Nature, SentenceText, StatementKind, StatementState
from ..selectors import sentence_texts, statement_digest
from .moving import exercise_of, log, move, needed, open_incident, statement_of


@transaction.atomic
def statement_draft(
    *,
    actor: Actor,
    now: datetime,
    incident_id: int,
    kind: StatementKind,
    title_zh: str,
    title_en: str = "",
    next_update_at: datetime | None = None,
    sentences: Sequence[SentenceText] = (),
) -> Statement:
    """Begin a text about an incident."""
    require(actor, "statement.write")
    if kind is StatementKind.CORRECTION:
        raise BadInput(_("A correction begins at the published statement that it corrects."))
    statement = _born(actor, now, incident_id, kind, title_zh, title_en, next_update_at)
    _set_sentences(statement, sentences)
    log(statement, "statement.draft", actor=actor, now=now, kind=kind.value, title=statement.title_zh)
    return statement


@transaction.atomic
def holding_draft(
    *,
    actor: Actor,
    now: datetime,
    incident_id: int,
    template: Holding,
    template_key: str,
    values_zh: Mapping[str, str],
    values_en: Mapping[str, str],
    fact_ids: Sequence[int] = (),
    next_update_at: datetime | None = None,
) -> Statement:
    """Begin the short first text by filling the gaps of a template; nothing else of it can differ."""
    require(actor, "statement.write")
    filled = fill(template, values_zh, values_en, fact_ids=tuple(fact_ids), next_update_at=next_update_at)
    statement = _born(
        actor, now, incident_id, StatementKind.HOLDING, filled.title_zh, filled.title_en, next_update_at, template_key=template_key
    )
    _set_sentences(statement, filled.sentences)
    log(statement, "statement.draft", actor=actor, now=now, kind="holding", template=template_key, title=statement.title_zh)
    return statement


@transaction.atomic
def statement_write(
    *,
    actor: Actor,
    now: datetime,
    statement_id: int,
    title_zh: str,
    title_en: str,
    next_update_at: datetime | None,
    sentences: Sequence[SentenceText],
    seen_digest: str | None = None,
    reason_zh: str | None = None,
    reason_en: str | None = None,
) -> Statement:
    """Replace the text. Whatever it had reached, it is a draft again, and every approval is void.

    ``seen_digest`` is the text the writer had in front of them: raises NotNow when somebody changed it since.
    """
    require(actor, "statement.write")
    statement = statement_of(statement_id)
    if StatementState(statement.state) not in EDITABLE:
        raise NotNow(_("A statement that is “%(state)s” cannot be rewritten.") % {"state": statement.state_label})
    before = statement_digest(statement.pk)
    if seen_digest is not None and seen_digest != before:
        raise NotNow(_("Somebody changed this text while you were writing. Copy your words, reload, and put them in again."))
    statement.title_zh, statement.title_en = _title(title_zh), title_en.strip()[:200]
    statement.next_update_at, statement.changed_at, statement.template_key = next_update_at, now, ""
    if statement.corrects_id:
        statement.reason_zh = statement.reason_zh if reason_zh is None else reason_zh.strip()
        statement.reason_en = statement.reason_en if reason_en is None else reason_en.strip()
    statement.save(update_fields=["title_zh", "title_en", "next_update_at", "changed_at", "template_key", "reason_zh", "reason_en"])
    _set_sentences(statement, sentences)
    if statement.state != StatementState.DRAFT:
        move(statement, StatementState.DRAFT, MOVES, approved_digest="")
    if actor.id is not None:
        statement.authors.add(actor.id)
    approvals_void(actor=actor, now=now, subject=("statement", statement.pk), reason=_("The text was changed."))
    log(statement, "statement.write", actor=actor, now=now, before=before, after=statement_digest(statement.pk))
    return statement


@transaction.atomic
def statement_correct(*, actor: Actor, now: datetime, statement_id: int, reason_zh: str, reason_en: str) -> Statement:
    """Begin the correction of a published statement: a new text with a visible reason, the old one stays readable."""
    require(actor, "statement.write")
    old = statement_of(statement_id)
    if old.state != StatementState.PUBLISHED:
        raise NotNow(_("Only a published statement can be corrected; this one is “%(state)s”.") % {"state": old.state_label})
    reason_zh = needed(reason_zh, _("Say in Chinese what was wrong: readers see it."))
    reason_en = needed(reason_en, _("Say in English what was wrong: readers see it."))
    if old.corrections.exclude(state__in=[StatementState.REJECTED, StatementState.WITHDRAWN]).exists():
        raise NotNow(_("A correction of this statement is already being written."))
    holds_on = old.next_update_at if old.next_update_at and old.next_update_at > now else None
    new = _born(
        actor,
        now,
        old.incident_id,
        StatementKind.CORRECTION,
        old.title_zh,
        old.title_en,
        holds_on,
        corrects=old,
        reason_zh=reason_zh,
        reason_en=reason_en,
    )
    kept = [_without_withdrawn_facts(sentence) for sentence in sentence_texts(old)]
    _set_sentences(new, kept)
    log(new, "statement.correct", actor=actor, now=now, corrects=old.pk, reason=reason_zh)
    return new


def _born(
    actor: Actor,
    now: datetime,
    incident_id: int,
    kind: StatementKind,
    title_zh: str,
    title_en: str,
    next_update_at: datetime | None,
    **more: object,
) -> Statement:
    open_incident(incident_id, correcting=kind is StatementKind.CORRECTION)
    last = Statement.objects.filter(incident_id=incident_id).aggregate(last=Max("number"))["last"] or 0
    statement = Statement.objects.create(
        incident_id=incident_id,
        number=last + 1,
        kind=kind.value,
        title_zh=_title(title_zh),
        title_en=title_en.strip()[:200],
        next_update_at=next_update_at,
        created_at=now,
        changed_at=now,
        exercise=exercise_of(incident_id),
        **more,
    )
    if actor.id is not None:
        statement.authors.add(actor.id)
    return statement


def _title(title_zh: str) -> str:
    title = needed(title_zh, _("A statement needs a title in Chinese."))
    if len(title) > 120:
        raise BadInput(_("The title has %(n)s characters: use at most 120.") % {"n": len(title)})
    return title


def _without_withdrawn_facts(sentence: SentenceText) -> SentenceText:
    live = set(Fact.objects.filter(pk__in=sentence.fact_ids).exclude(state=FactState.WITHDRAWN).values_list("pk", flat=True))
    ids = tuple(pk for pk in sentence.fact_ids if pk in live)
    return SentenceText(sentence.nature, sentence.text_zh, sentence.text_en, ids, sentence.due_at, sentence.owner_role)


def _set_sentences(statement: Statement, sentences: Sequence[SentenceText]) -> None:
    wanted = {pk for sentence in sentences for pk in sentence.fact_ids}
    usable = Fact.objects.filter(pk__in=wanted, incident_id=statement.incident_id).exclude(state=FactState.WITHDRAWN)
    if missing := wanted - {fact.pk for fact in usable}:
        raise BadInput(_("Fact %(id)s is withdrawn or belongs to another incident: choose another.") % {"id": min(missing)})
    statement.sentences.all().delete()
    rows = Sentence.objects.bulk_create(
        [
            Sentence(
                statement=statement,
                position=position,
                nature=sentence.nature.value,
                text_zh=sentence.text_zh.strip(),
                text_en=sentence.text_en.strip(),
                due_at=sentence.due_at if sentence.nature is Nature.COMMITMENT else None,
                owner_role=sentence.owner_role,
            )
            for position, sentence in enumerate(sentences, start=1)
        ]
    )
    links = Sentence.facts.through
    links.objects.bulk_create(
        [
            links(sentence_id=row.pk, fact_id=pk)
            for row, sentence in zip(rows, sentences, strict=True)
            for pk in dict.fromkeys(sentence.fact_ids)
        ]
    )
