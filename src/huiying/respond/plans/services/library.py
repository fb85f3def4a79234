"""Load the plans that come with the program, and move a version through its states."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from importlib.resources import files

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import NotNow
from huiying.core.planning.loader import load_plan

from ..models import PlanVersion
from ..rules import PLAN_MOVES, PLAN_STATE_LABELS, PlanState

log = logging.getLogger(__name__)
#: Where the plans written by us lie; one file a plan.
BUILT_IN = files("huiying.core.planning") / "plans"


def builtin_texts() -> list[str]:
    """Return the texts of the plans that come with the program, by file name."""
    found = sorted((entry for entry in BUILT_IN.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)
    return [entry.read_text(encoding="utf-8") for entry in found]


@transaction.atomic
def load_builtin_plans(*, now: datetime, actor: Actor = SYSTEM) -> list[PlanVersion]:
    """Store and publish the built-in plans that are not stored yet; doing it again changes nothing.

    A stored version never changes: when its file does without a new version number, the stored text stays.
    """
    require(actor, "plan.activate")
    return [_load(text, actor, now) for text in builtin_texts()]


def _load(text: str, actor: Actor, now: datetime) -> PlanVersion:
    plan, digest = load_plan(text), hashlib.sha256(text.encode()).hexdigest()
    known = PlanVersion.objects.filter(key=plan.key, version=plan.version).first()
    if known:
        if known.digest != digest:
            log.warning(
                "Built-in plan %s %s differs from what is stored: the stored text stays; raise its version.", plan.key, plan.version
            )
        return known
    version = PlanVersion.objects.create(
        key=plan.key,
        version=plan.version,
        title=dict(plan.title),
        summary=dict(plan.summary),
        source=text,
        digest=digest,
        state=PlanState.APPROVED.value,
        is_built_in=True,
        created_at=now,
    )
    detail: dict[str, object] = {"key": plan.key, "version": plan.version, "digest": digest}
    record(actor=actor, verb="plan.load", subject=("plan", version.pk), now=now, detail=detail)
    for older in PlanVersion.objects.filter(key=plan.key, state=PlanState.PUBLISHED):
        _move_version(older, PlanState.SUPERSEDED, actor, now)
    return _move_version(version, PlanState.PUBLISHED, actor, now)


def _move_version(version: PlanVersion, to: PlanState, actor: Actor, now: datetime) -> PlanVersion:
    """Assign a version's state, the only place that does, and only if nobody was first."""
    old = PlanState(version.state)
    moments = {"published_at": now} if to is PlanState.PUBLISHED else {}
    allowed = to in PLAN_MOVES[old]
    if not allowed or PlanVersion.objects.filter(pk=version.pk, state=old.value).update(state=to.value, **moments) != 1:
        shown = {"title": version.title_text, "old": PLAN_STATE_LABELS[old], "new": PLAN_STATE_LABELS[to]}
        raise NotNow(_("The plan “%(title)s” is %(old)s and cannot become %(new)s.") % shown)
    version.refresh_from_db()
    record(actor=actor, verb="plan.move", subject=("plan", version.pk), now=now, detail={"from": old.value, "to": to.value})
    return version
