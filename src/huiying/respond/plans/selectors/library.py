"""The plans there are, and which of them fits an incident and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import GroupKind, Role
from huiying.base.ui.errors import NotThere
from huiying.core.formats.localised import localise
from huiying.core.grading.levels import EventGrade, ResponseLevel
from huiying.core.planning.lint import Finding, lint
from huiying.core.planning.loader import load_plan
from huiying.core.planning.matching import Match, Matter, match
from huiying.core.planning.model import Plan

from ..models import PlanVersion
from ..rules import IncidentForPlan, PlanState


@lru_cache(maxsize=64)
def _read(source: str) -> Plan:
    return load_plan(source)


def plan_of(version: PlanVersion) -> Plan:
    """Return the plan a version holds; parsed once, then remembered."""
    return _read(version.source)


def plan_version(version_id: int) -> PlanVersion:
    """Return one plan version; raises NotThere."""
    found = PlanVersion.objects.filter(pk=version_id).first()
    if found is None:
        raise NotThere(_("There is no plan version %(id)s.") % {"id": version_id})
    return found


def plan_library() -> QuerySet[PlanVersion]:
    """Return every version but the replaced ones, with how often each was activated."""
    versions = PlanVersion.objects.exclude(state__in=[PlanState.SUPERSEDED, PlanState.RETIRED]).defer("source")
    return versions.annotate(activation_count=Count("activations")).order_by("key", "-created_at", "-pk")


def versions_of(key: str) -> list[PlanVersion]:
    """Return all versions of one plan, newest first."""
    return list(PlanVersion.objects.filter(key=key).defer("source").order_by("-created_at", "-pk"))


def published_plans() -> list[PlanVersion]:
    """Return the versions that may be activated."""
    return list(PlanVersion.objects.filter(state=PlanState.PUBLISHED).order_by("key"))


def findings_of(version: PlanVersion) -> tuple[Finding, ...]:
    """Return what the checker finds in a version."""
    return lint(plan_of(version), roles=frozenset(Role), groups=frozenset(GroupKind))


@dataclass(frozen=True)
class PlanMatch:
    """One plan that could be activated, how well it fits, and what it would make."""

    version: PlanVersion
    match: Match
    level: ResponseLevel
    is_best: bool

    @property
    def reasons(self) -> list[str]:
        """What speaks for the plan, in the reader's language."""
        return [here(text) for text in self.match.reasons]

    @property
    def against(self) -> list[str]:
        """What speaks against it, in the reader's language."""
        return [here(text) for text in self.match.against]


def matching_plans(incident: IncidentForPlan) -> list[PlanMatch]:
    """Return the published plans for an incident, best first, each with its reasons.

    A level is proposed from the grade; before grading the lowest is shown.
    """
    grade = EventGrade(incident.grade) if incident.grade else None
    matter = Matter(incident.title, incident.nature or None, incident.cause or None, grade)
    scored = [(match(plan_of(version), matter), version) for version in published_plans()]
    scored.sort(key=lambda pair: (-pair[0].score, pair[1].key))
    return [
        PlanMatch(version, found, found.response_level or ResponseLevel.L4, place == 0) for place, (found, version) in enumerate(scored)
    ]


def here(text: Mapping[str, str]) -> str:
    """Return a text of a plan in the reader's language."""
    return localise(text, get_language() or "zh-hans")
