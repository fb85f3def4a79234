"""Reads of rule sets: the one in force, its versions, what its lines were worth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotThere
from huiying.core.grading.warning_rules import WarningRules, load_warning_rules, read_warning_rules, shipped_text

from .models import BackTest, RuleSet
from .rules import LineWorth, RuleState, TestState, worth_of_lines

#: days; the alarms that the worth of a line is told from.
WORTH_DAYS = timedelta(days=90)


def rules_in_force() -> WarningRules:
    """Return the rules that judge now: one indexed read, the text parsed once a process; the shipped ones while no other is in force."""
    row = RuleSet.objects.filter(state=RuleState.IN_FORCE).values_list("pk", "digest").first()
    return load_warning_rules() if row is None else _parsed(*row)


@lru_cache(maxsize=4)
def _parsed(ruleset_id: int, digest: str) -> WarningRules:
    text = RuleSet.objects.filter(digest=digest).values_list("text", flat=True).get(pk=ruleset_id)
    return read_warning_rules(text, "rules.yaml")


def text_in_force() -> str:
    """Return the text of the rules that judge now."""
    text = RuleSet.objects.filter(state=RuleState.IN_FORCE).values_list("text", flat=True).first()
    return shipped_text() if text is None else text


def rulesets() -> QuerySet[RuleSet]:
    """Return every version written here, the newest first, without their texts."""
    return RuleSet.objects.select_related("author").defer("text").order_by("-pk")


def ruleset(ruleset_id: int) -> RuleSet:
    """Return one version; raises NotThere."""
    found = RuleSet.objects.select_related("author").filter(pk=ruleset_id).first()
    if found is None:
        raise NotThere(_("There is no rule set %(id)s.") % {"id": ruleset_id})
    return found


def test_of(found: RuleSet) -> BackTest | None:
    """Return the newest back-test of the very text that the rule set has now."""
    return BackTest.objects.filter(ruleset=found, digest=found.digest).order_by("-pk").first()


def is_tested(found: RuleSet) -> bool:
    """Return whether a back-test of the very text is finished."""
    return BackTest.objects.filter(ruleset=found, digest=found.digest, state=TestState.DONE).exists()


def line_worths(now: datetime, span: timedelta = WORTH_DAYS) -> Mapping[str, LineWorth]:
    """Return what the alarms of every line were worth; exercises do not count."""
    from ..models import Warning  # the warnings' own models name those of this folder

    rows = Warning.objects.filter(issued_at__gt=now - span, issued_at__lte=now, exercise=False)
    return worth_of_lines(rows.values_list("lines", "worth"))
