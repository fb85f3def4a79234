"""Reads of facts, statements, releases and promises."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from huiying.base.approvals.selectors import approvals_of
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import NotThere
from huiying.base.ui.together import Reading, read_together

from .models import Commitment, Fact, Release, Sentence, Statement
from .rules import RUNNING, Approved, FactState, Nature, SentenceText, digest_of, short_code

_SENTENCES = Prefetch("sentences", Sentence.objects.prefetch_related("facts"))


def usable_facts(incident_id: int) -> QuerySet[Fact]:
    """Return the facts a text of this incident may stand on."""
    return Fact.objects.filter(incident_id=incident_id).exclude(state=FactState.WITHDRAWN).order_by("number")


def statement(statement_id: int) -> Statement:
    """Return one statement with its sentences and facts; raises NotThere."""
    found = (
        Statement.objects.prefetch_related(_SENTENCES, "authors")
        .select_related("submitter", "corrects", "release")
        .filter(pk=statement_id)
        .first()
    )
    if found is None:
        raise NotThere(_("There is no statement %(id)s.") % {"id": statement_id})
    return found


def statements_of(incident_id: int) -> list[Statement]:
    """Return the statements of an incident, newest first, with sentences and facts."""
    found = Statement.objects.filter(incident_id=incident_id).prefetch_related(_SENTENCES, "authors").select_related("release")
    return list(found.order_by("-number"))


def statements_listed(*, reader_id: int, state: str = "", exercise: bool | None = None) -> QuerySet[Statement]:
    """Return statements for the list page, last changed first; ``is_affected`` and ``is_mine`` come along as columns."""
    withdrawn = Sentence.objects.filter(statement=OuterRef("pk"), facts__state=FactState.WITHDRAWN)
    written = Statement.authors.through.objects.filter(statement=OuterRef("pk"), person=reader_id)
    found = Statement.objects.select_related("release").annotate(is_affected=Exists(withdrawn), is_mine=Exists(written))
    if state == "running":
        found = found.filter(state__in=RUNNING)
    elif state:
        found = found.filter(state=state)
    return (found if exercise is None else found.filter(exercise=exercise)).order_by("-changed_at", "-pk")


def running_statements() -> QuerySet[Statement]:
    """Return the texts on their way out."""
    return Statement.objects.filter(state__in=RUNNING)


def withdrawn_facts_of(found: Statement) -> list[Fact]:
    """Return the withdrawn facts a text still stands on: not empty means the text is affected."""
    facts = {fact.pk: fact for sentence in found.sentences.all() for fact in sentence.facts.all() if fact.state == FactState.WITHDRAWN}
    return [facts[pk] for pk in sorted(facts)]


def unverified_facts_of(found: Statement) -> list[Fact]:
    """Return the facts under a text that nobody has verified yet."""
    facts = {fact.pk: fact for sentence in found.sentences.all() for fact in sentence.facts.all() if fact.state == FactState.PROPOSED}
    return [facts[pk] for pk in sorted(facts)]


def sentence_texts(found: Statement) -> list[SentenceText]:
    """Return the sentences as plain values, in order."""
    return [
        SentenceText(
            Nature(row.nature),
            row.text_zh,
            row.text_en,
            tuple(sorted(fact.pk for fact in row.facts.all())),
            row.due_at,
            row.owner_role,
        )
        for row in found.sentences.prefetch_related("facts").order_by("position")
    ]


def statement_body(found: Statement) -> dict[str, object]:
    """Return everything that is signed and published, as plain JSON values; both languages, nothing internal."""
    rows = (
        found.sentences.all()
        if "sentences" in getattr(found, "_prefetched_objects_cache", {})
        else found.sentences.prefetch_related("facts")
    )
    old = Release.objects.filter(statement_id=found.corrects_id).first() if found.corrects_id else None
    return {
        "format": "huiying-statement-1",
        "kind": found.kind,
        "exercise": found.exercise,
        "title": {"zh-Hans": found.title_zh, "en": found.title_en},
        "next_update_at": _instant(found.next_update_at),
        "corrects": old.number if old else None,
        "reason": {"zh-Hans": found.reason_zh, "en": found.reason_en},
        "sentences": [_sentence_body(row) for row in sorted(rows, key=lambda row: row.position)],
    }


def _sentence_body(row: Sentence) -> dict[str, object]:
    facts = sorted(row.facts.all(), key=lambda fact: fact.number)
    return {
        "nature": row.nature,
        "zh-Hans": row.text_zh,
        "en": row.text_en,
        "facts": [{"number": fact.label, "id": fact.pk, "source": fact.public_source} for fact in facts],
        "due_at": _instant(row.due_at),
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def statement_digest(statement_id: int) -> str:
    """Return the SHA-256 of the text as it stands now."""
    return digest_of(statement_body(statement(statement_id)))


def standing_approvals(found: Statement, digest: str) -> list[Approved]:
    """Return the approvals of exactly this text that still count."""
    return [Approved(row.person_id, row.role, row.given_at) for row in approvals_of(("statement", found.pk), digest)]


@dataclass(frozen=True)
class Released:
    """One release as the public may see it: frozen words, and what became of them."""

    number: int
    statement_id: int
    incident_id: int
    uid: str
    at: datetime
    updated_at: datetime
    body: dict[str, Any]  # the frozen JSON; its shape is statement_body's
    text: str
    digest: str
    exercise: bool
    corrected_by: int | None
    corrects: int | None
    withdrawn_at: datetime | None
    withdrawn_reason: dict[str, str]

    @property
    def code(self) -> str:
        """Return the short code a reader can ask about."""
        return short_code(self.number, self.digest)

    @property
    def is_current(self) -> bool:
        """Whether this text still stands."""
        return self.corrected_by is None and self.withdrawn_at is None


def released_statements(exercise: bool, *, incident_id: int | None = None, limit: int | None = None) -> list[Released]:
    """Return what was released, newest first; real and exercise texts never come together."""
    found = Release.objects.filter(exercise=exercise).select_related("corrected_by", "corrects").order_by("-number")
    if incident_id is not None:
        found = found.filter(incident_id=incident_id)
    return [_released(row) for row in (found if limit is None else found[:limit])]


def released_near(number: int, *, exercise: bool) -> dict[int, Released]:
    """Return one release by its public number, with what it corrects and what corrects it; raises NotThere."""
    near = Q(number=number) | Q(corrected_by__number=number) | Q(corrects__number=number)
    rows = Release.objects.filter(near, exercise=exercise).select_related("corrected_by", "corrects")
    found = {row.number: _released(row) for row in rows}
    if number not in found:
        raise NotThere(_("There is no statement no. %(number)s.") % {"number": number})
    return found


def _released(row: Release) -> Released:
    old = getattr(row, "corrects", None)
    return Released(
        row.number,
        row.statement_id,
        row.incident_id,
        str(row.uid),
        row.at,
        row.updated_at,
        json.loads(row.body),
        row.body,
        row.digest,
        row.exercise,
        row.corrected_by.number if row.corrected_by else None,
        old.number if old else None,
        row.withdrawn_at,
        {"zh-Hans": row.withdrawn_reason_zh, "en": row.withdrawn_reason_en} if row.withdrawn_at else {},
    )


@dataclass(frozen=True)
class Promised:
    """One standing promise as the public may see it."""

    text: dict[str, str]
    note: dict[str, str]
    due_at: datetime
    state: str
    ended_at: datetime | None
    number: int


def public_record(*, exercise: bool) -> tuple[list[Released], dict[int, list[Promised]]]:
    """Return every release, newest first, and all standing promises by incident, soonest due first; one query."""
    standing = Commitment.objects.filter(exercise=exercise, release__withdrawn_at=None)
    found = read_together(
        {
            "releases": Reading(
                Release.objects.filter(exercise=exercise),
                related=dict.fromkeys(("corrected_by", "corrects"), ("number",)),
                order=attrgetter("number"),
                newest_first=True,
            ),
            "promises": Reading(standing, related={"release": ("number",)}, order=attrgetter("due_at", "pk")),
        }
    ).rows
    promises: dict[int, list[Promised]] = defaultdict(list)
    for row in found["promises"]:
        text, note = {"zh-Hans": row.text_zh, "en": row.text_en}, {"zh-Hans": row.note_zh, "en": row.note_en}
        promises[row.incident_id].append(Promised(text, note, row.due_at, row.state, row.ended_at, row.release.number))
    return [_released(row) for row in found["releases"]], dict(promises)


def is_author(found: Statement, actor: Actor) -> bool:
    """Return whether the actor wrote or submitted the text."""
    return found.submitter_id == actor.id or any(person.pk == actor.id for person in found.authors.all())
