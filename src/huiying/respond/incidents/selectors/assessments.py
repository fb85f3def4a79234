"""Assessments beside each other: what each rests on, how sure it is, and what changed since the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from huiying.base.sharing.selectors import files_of
from huiying.listen.stories.selectors import stories_of

from .. import rules
from ..models import Assessment, Incident
from .reading import story_ids_of

_PAGES = {"story": "stories:detail", "post": "sources:post", "file": "sharing:detail"}


@dataclass(frozen=True)
class Change:
    """One judgement that is not what it was."""

    label: rules.Label
    old: str
    new: str


@dataclass(frozen=True)
class EvidenceLink:
    """One thing an assessment rests on, with the page that shows it."""

    kind: rules.Label
    words: str
    ref: str
    url: str


@dataclass(frozen=True)
class AssessmentLine:
    """An assessment in words."""

    saved: Assessment
    impacts: Sequence[rules.Label]
    affected: Sequence[rules.Label]
    features: Sequence[rules.Label]
    sure: Mapping[str, rules.Label]
    links: Sequence[EvidenceLink]
    changes: Sequence[Change]
    is_first: bool


@dataclass(frozen=True)
class PossibleEvidence:
    """The stories and files of an incident as choices of a form."""

    stories: list[tuple[str, rules.Label]]
    files: list[tuple[str, rules.Label]]


def possible_evidence(incident: Incident) -> PossibleEvidence:
    """Return what hangs on the incident already and may be named as evidence."""
    linked = stories_of(story_ids_of(incident.pk))
    kept = files_of((rules.SUBJECT, incident.pk))
    return PossibleEvidence(
        [(str(id), f"{id} · {story.title}") for id, story in linked.items()], [(str(file.pk), file.name) for file in kept]
    )


def assessment_line(assessment: Assessment, before: Assessment | None) -> AssessmentLine:
    """Return an assessment in words, with what changed since the one before it."""
    return AssessmentLine(
        saved=assessment,
        impacts=[rules.IMPACT_LABELS[each] for each in assessment.impacts],
        affected=[rules.AFFECTED_LABELS[each] for each in assessment.affected],
        features=[rules.FEATURE_LABELS[each] for each in assessment.features],
        sure={name: rules.CONFIDENCE_LABELS[word] for name, word in assessment.confidence.items()},
        links=[_link(each) for each in assessment.links],
        changes=changes_between(before, assessment) if before else [],
        is_first=before is None,
    )


def assessment_lines(newest_first: Sequence[Assessment]) -> list[AssessmentLine]:
    """Return all assessments in words, newest first."""
    return [assessment_line(new, old) for new, old in zip_longest(newest_first, newest_first[1:])]


def changes_between(old: Assessment, new: Assessment) -> list[Change]:
    """Return what was judged differently, in the order of the form."""
    found = [Change(label, a, b) for label, a, b in _pairs(old, new) if a != b]
    sure = rules.CONFIDENCE_LABELS
    for name, label in rules.JUDGED_LABELS.items():
        a, b = old.confidence.get(name, ""), new.confidence.get(name, "")
        if a != b:
            words = _("%(what)s, how sure") % {"what": label}
            found.append(Change(words, str(sure.get(a, _("not said"))), str(sure.get(b, _("not said")))))
    return found


def _pairs(old: Assessment, new: Assessment) -> list[tuple[rules.Label, str, str]]:
    one: list[tuple[str, rules.Label, Mapping[str, rules.Label]]] = [
        ("nature", rules.JUDGED_LABELS["nature"], rules.NATURE_LABELS),
        ("cause", rules.JUDGED_LABELS["cause"], rules.CAUSE_LABELS),
        ("trend", rules.JUDGED_LABELS["trend"], rules.TREND_LABELS),
        ("risk", rules.JUDGED_LABELS["risk"], rules.RISK_LABELS),
        ("authority_attention", _("Attention of authorities"), rules.ATTENTION_LABELS),
        ("offline_impact", _("Impact offline"), rules.OFFLINE_LABELS),
        ("harm_if_rumour_believed", _("Harm if the rumour is believed"), rules.HARM_LABELS),
    ]
    many: list[tuple[str, rules.Label, Mapping[str, rules.Label]]] = [
        ("impacts", _("Impact on us"), rules.IMPACT_LABELS),
        ("affected", _("Who is hit"), rules.AFFECTED_LABELS),
        ("features", _("Features"), rules.FEATURE_LABELS),
    ]

    def word(value: str, words: Mapping[str, rules.Label]) -> str:
        return str(words.get(value, value)) if value else _("not known")

    def several(values: list[str], words: Mapping[str, rules.Label]) -> str:
        return " · ".join(str(words[each]) for each in sorted(values)) or "—"

    pairs = [(label, word(getattr(old, name), words), word(getattr(new, name), words)) for name, label, words in one]
    pairs += [(label, several(getattr(old, name), words), several(getattr(new, name), words)) for name, label, words in many]
    return [*pairs, (rules.JUDGED_LABELS["scope"], old.scope, new.scope)]


def _link(kept: Mapping[str, str]) -> EvidenceLink:
    url = ""
    if kept["kind"] in _PAGES:
        try:
            url = reverse(_PAGES[kept["kind"]], args=[kept["ref"]])
        except NoReverseMatch:
            url = ""
    return EvidenceLink(rules.EVIDENCE_LABELS[kept["kind"]], kept["words"], kept["ref"], url)
