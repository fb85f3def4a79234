"""Evaluate stories by the rules: propose, raise, lower; a handful of queries however many stories.

Stories of one matter are judged together: their figures count as one, and a matter has one warning, whichever of its stories it hangs on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.services import record
from huiying.base.clocks.services import clock_start
from huiying.core.grading.conditions import level_of
from huiying.core.grading.factors import FactorTable
from huiying.core.grading.levels import WarningLevel, highest
from huiying.core.grading.warning_rules import (
    WarningProposal,
    WarningRules,
    hold,
    may_warn_again,
    propose_warning,
    remember,
)
from huiying.listen.stories.matters.figures import factors_of_matters
from huiying.listen.stories.matters.selectors import matters_of_many, stories_of_matters

from . import rows
from .models import Warning
from .rules import LIVE, STALE_AFTER, UNDECIDED, WarningState, acknowledge_rule, as_known
from .rulesets.selectors import rules_in_force
from .signals import warning_issued
from .telling import tell_level

_FOLLOWED = [
    "level",
    "level_rank",
    "peak_level",
    "reasons",
    "missing",
    "counterfactual",
    "factors",
    "lines",
    "rule_key",
    "rule_version",
    "evaluated_at",
    "below_since",
]


@transaction.atomic
def stories_evaluate(*, story_ids: Iterable[int], now: datetime) -> int:
    """Judge the matters of the stories, and the undecided warnings not judged for a while; return new warnings.

    Called inside the transaction of a tick, so that a story and its warning appear together.
    """
    changed, rules = set(story_ids), rules_in_force()
    stale = Q(state__in=UNDECIDED, evaluated_at__lte=now - STALE_AFTER)
    changed |= set(Warning.objects.filter(stale).values_list("story_id", flat=True))
    groups = stories_of_matters(set(matters_of_many(changed).values()))
    main_of = {id: main for main, ids in groups.items() for id in ids}
    live: dict[int, list[Warning]] = defaultdict(list)
    for warning in Warning.objects.filter(story_id__in=list(main_of), state__in=LIVE).order_by("pk"):
        live[main_of[warning.story_id]].append(warning)
    factors = factors_of_matters(groups, now, least_posts=rules.least_posts, always=live)
    _follow([(warning, factors[main]) for main, warnings in live.items() if main in factors for warning in warnings], rules, now)
    grown = {id: as_known(table) for id, table in factors.items() if id not in live and _has_enough(table, rules)}
    wanted = {id: propose_warning(table, rules) for id, table in grown.items() if level_of(table, rules.ladder) is not None}
    return _propose(wanted, factors, main_of, rules, now) if wanted else 0


def _has_enough(factors: FactorTable, rules: WarningRules) -> bool:
    return factors.posts_24h is None or factors.posts_24h >= rules.least_posts


def _follow(live: list[tuple[Warning, FactorTable]], rules: WarningRules, now: datetime) -> None:
    for warning, seen in live:
        _follow_one(warning, remember(as_known(seen), warning.factors), rules, now)
    rows.update([warning for warning, _seen in live], _FOLLOWED)


def _follow_one(warning: Warning, factors: FactorTable, rules: WarningRules, now: datetime) -> None:
    old = WarningLevel(warning.level)
    held = hold(old, warning.below_since, factors, rules, now)
    proposal = propose_warning(factors, rules)
    warning.below_since, warning.evaluated_at, warning.factors = held.below_since, now, factors.as_dict()
    warning.missing = list(proposal.missing)
    if proposal.level == held.level:
        _explain(warning, proposal)
    else:  # the level is held although the values fell: what carried it stays its reason
        warning.counterfactual = []
    if held.level != old:
        _set_level(warning, held.level)
        verb = "warning.raise" if held.level.rank > old.rank else "warning.lower"
        record(actor=SYSTEM, verb=verb, subject=("warning", warning.pk), now=now, detail=_detail(warning, old), exercise=warning.exercise)
        if held.level.rank > old.rank:
            tell_level(warning, now)


def _set_level(warning: Warning, level: WarningLevel) -> None:
    warning.level, warning.level_rank = level.value, level.rank
    peak = highest(WarningLevel(warning.peak_level), level) if warning.peak_level else level
    warning.peak_level = (peak or level).value


def _explain(warning: Warning, proposal: WarningProposal) -> None:
    warning.reasons = [reason.as_dict() for reason in proposal.reasons]
    warning.counterfactual = [option.as_dict() for option in proposal.counterfactual]
    warning.missing = list(proposal.missing)
    warning.lines = list(dict.fromkeys((*warning.lines, *proposal.lines)))
    warning.rule_key, warning.rule_version = proposal.rule_key, proposal.rule_version


def _propose(
    wanted: dict[int, WarningProposal], factors: dict[int, FactorTable], main_of: Mapping[int, int], rules: WarningRules, now: datetime
) -> int:
    allowed = _not_just_dismissed(wanted, main_of, rules, now)
    for story_id in sorted(allowed):
        _issue(story_id, wanted[story_id], as_known(factors[story_id]), now)
    return len(allowed)


def _not_just_dismissed(wanted: dict[int, WarningProposal], main_of: Mapping[int, int], rules: WarningRules, now: datetime) -> set[int]:
    """Return the matters of which no story had a warning dismissed too lately."""
    newest = (
        Warning.objects.filter(story_id__in=[id for id, main in main_of.items() if main in wanted], state=WarningState.DISMISSED)
        .values("story_id")
        .annotate(last=Max("pk"))
        .values("last")
    )
    allowed = set(wanted)
    for dismissed in Warning.objects.filter(pk__in=newest):
        main = main_of[dismissed.story_id]
        level = wanted[main].level
        at = dismissed.dismissed_at or dismissed.evaluated_at
        if level is None or not may_warn_again(level, WarningLevel(dismissed.peak_level), at, rules, now):
            allowed.discard(main)
    return allowed


def _issue(story_id: int, proposal: WarningProposal, factors: FactorTable, now: datetime) -> Warning:
    if proposal.level is None:
        raise ValueError("A warning needs a level.")
    warning = Warning(story_id=story_id, issued_at=now, evaluated_at=now, factors=factors.as_dict())
    warning.exercise = bool(warning.story.exercise)
    _set_level(warning, proposal.level)
    _explain(warning, proposal)
    warning.save(force_insert=True)
    record(
        actor=SYSTEM,
        verb="warning.propose",
        subject=("warning", warning.pk),
        now=now,
        detail={"story": story_id, **_detail(warning, None)},
        exercise=warning.exercise,
    )
    rule = acknowledge_rule()
    clock_start(
        actor=SYSTEM,
        now=now,
        subject=("warning", warning.pk),
        rule=rule,
        started_at=now,
        start_evidence=f"{warning.rule_key} {warning.rule_version}",
        exercise=warning.exercise,
    )
    tell_level(warning, now)
    warning_issued.send(sender=Warning, warning_id=warning.pk, now=now)
    return warning


def _detail(warning: Warning, old: WarningLevel | None) -> dict[str, object]:
    values = {str(reason["factor"]): reason["value"] for reason in warning.reasons}
    return {
        "level": warning.level,
        "from": old.value if old else None,
        "values": values,
        "rule": f"{warning.rule_key} {warning.rule_version}",
    }
