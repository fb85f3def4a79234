"""Facts, texts and promises of one incident, read in one query for its room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from huiying.base.accounts.selectors import PERSON_NAME
from huiying.base.ui.together import Reading, attach, read_together

from .models import Commitment, Fact, Sentence, Statement
from .rules import RUNNING, StatementState
from .selectors import withdrawn_facts_of


@dataclass(frozen=True)
class Papers:
    """Facts by number, texts newest first with their sentences and facts, standing promises soonest due first."""

    facts: list[Fact]
    statements: list[Statement]
    commitments: list[Commitment]


def papers_of(incident_id: int) -> Papers:
    """Return what an incident room shows of this room."""
    people, number = dict.fromkeys(("author", "verifier"), PERSON_NAME), attrgetter("number")
    sentences = Sentence.objects.filter(statement__incident_id=incident_id)
    promises = Commitment.objects.filter(incident_id=incident_id, release__withdrawn_at=None)
    found = read_together(
        {
            "facts": Reading(Fact.objects.filter(incident_id=incident_id), related=people, order=number),
            "statements": Reading(
                Statement.objects.filter(incident_id=incident_id), related={"release": ("number",)}, order=number, newest_first=True
            ),
            "sentences": Reading(sentences, order=attrgetter("position")),
            "pairs": Reading(Sentence.facts.through.objects.filter(sentence__in=sentences)),
            "promises": Reading(promises, related={"release": ("number",)}, order=attrgetter("due_at", "pk")),
        }
    ).rows
    facts = {fact.pk: fact for fact in found["facts"]}
    facts_of_sentence, sentences_of_statement = defaultdict(list), defaultdict(list)
    for pair in found["pairs"]:
        facts_of_sentence[pair.sentence_id].append(facts[pair.fact_id])
    for sentence in found["sentences"]:
        attach(sentence, "facts", sorted(facts_of_sentence[sentence.pk], key=number))
        sentences_of_statement[sentence.statement_id].append(sentence)
    for statement in found["statements"]:
        attach(statement, "sentences", sentences_of_statement[statement.pk])
    return Papers(found["facts"], found["statements"], found["promises"])


def affected_statements(statements: Iterable[Statement]) -> dict[int, list[Statement]]:
    """Return by withdrawn fact those of the texts, published or on their way, that stand on it, oldest first."""
    result: dict[int, list[Statement]] = defaultdict(list)
    for found in sorted(statements, key=attrgetter("pk")):
        if StatementState(found.state) in RUNNING or found.state == StatementState.PUBLISHED:
            for fact in withdrawn_facts_of(found):
                result[fact.pk].append(found)
    return dict(result)
