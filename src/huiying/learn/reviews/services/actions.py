"""File corrective actions, move them, and chase those that are late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.selectors import group_people, person
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.notify.services import notify
from huiying.base.rosters.selectors import person_for_role
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

from ..models import CorrectiveAction, Finding
from ..rules import ACTION_LABELS, ACTION_MOVES, UNDONE_STATES, ActionState, ReviewState, asks_for, escalation, owner_may, right_for

ACTIONS_URL = "/reviews/actions/"


@transaction.atomic
def action_create(*, actor: Actor, now: datetime, finding_id: int, title: str, owner_id: int, due_at: datetime) -> CorrectiveAction:
    """File an improvement with its owner and date, and tell the owner."""
    require(actor, "action.manage")
    finding = Finding.objects.select_related("review").filter(pk=finding_id).first()
    if finding is None:
        raise NotThere(_("There is no finding %(id)s.") % {"id": finding_id})
    if finding.review.state == ReviewState.APPROVED:
        raise NotNow(_("The review is approved, so nothing is added to it."))
    if not title.strip():
        raise BadInput(_("A corrective action needs words: say what is changed."))
    if due_at <= now:
        raise BadInput(_("The date of a corrective action lies ahead: choose a later one."))
    if person(owner_id) is None:
        raise NotThere(_("There is no person %(id)s.") % {"id": owner_id})
    action = CorrectiveAction.objects.create(
        finding=finding, title=title.strip(), owner_id=owner_id, due_at=due_at, created_at=now, exercise=finding.review.exercise
    )
    _record(action, "action.create", actor, now, {"title": action.title, "owner": owner_id, "due_at": due_at})
    if owner_id != actor.id:
        _tell(action, [owner_id], lambda: _("You own a corrective action: %(title)s") % {"title": action.title}, "given", now)
    return action


@transaction.atomic
def action_move(*, actor: Actor, now: datetime, action_id: int, to: ActionState | str, note: str = "") -> CorrectiveAction:
    """Move a corrective action; ``note`` is the reason or the evidence the move asks for.

    Raises NotYou when the owner, or whoever reported it done, would verify their own work.
    """
    action = _action(action_id)
    if to not in set(ActionState):
        raise BadInput(
            _("“%(to)s” is no state of a corrective action: use one of %(known)s.") % {"to": to, "known": ", ".join(ActionState)}
        )
    old, new = ActionState(action.state), ActionState(to)
    if not (owner_may(new) and action.owner_id == actor.id):
        require(actor, right_for(new))
    if new == ActionState.VERIFIED and (actor.id is None or actor.id in {action.owner_id, action.done_by_id}):
        raise NotYou(_("Who owns an action or reported it done does not verify it: ask somebody else."))
    _set_state(action, old, new, now=now, actor=actor, note=note.strip())
    _record(action, "action.move", actor, now, {"from": old.value, "to": new.value, "note": note.strip()})
    return action


def _set_state(action: CorrectiveAction, old: ActionState, new: ActionState, *, now: datetime, actor: Actor, note: str) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    asked = asks_for(old, new)
    if new in ACTION_MOVES[old] and asked and not note:
        wanted = _("evidence") if asked == "evidence" else _("a reason")
        raise BadInput(_("“%(state)s” needs %(wanted)s: write it down.") % {"state": str(ACTION_LABELS[new]), "wanted": wanted})
    changes: dict[str, object] = {"state": new.value, "state_reason": note if asked == "reason" else ""}
    if new == ActionState.DONE:
        changes |= {"evidence": note, "done_at": now, "done_by_id": actor.id}
    elif new == ActionState.VERIFIED:
        changes |= {"verify_evidence": note, "verified_at": now, "verified_by_id": actor.id}
    elif new == ActionState.REOPENED:
        changes |= {
            "times_reopened": F("times_reopened") + 1,
            "verified_at": None,
            "verified_by_id": None,
            "done_at": None,
            "done_by_id": None,
        }
    if new not in ACTION_MOVES[old] or CorrectiveAction.objects.filter(pk=action.pk, state=old).update(**changes) != 1:
        shown = {"id": action.pk, "old": str(ACTION_LABELS[old]), "new": str(ACTION_LABELS[new])}
        raise NotNow(_("Corrective action %(id)s is “%(old)s” and cannot become “%(new)s”.") % shown)
    action.refresh_from_db()


def actions_sweep(*, now: datetime) -> int:
    """Tell about late actions: the owner at once, the lead after 7 days, command after 30; each once."""
    late = CorrectiveAction.objects.filter(state__in=UNDONE_STATES, due_at__lt=now).select_related("finding__review")
    return sum(_chase(action, now) for action in late)


def _chase(action: CorrectiveAction, now: datetime) -> int:
    step = escalation(action.due_at, now)
    people: list[int] = [action.owner_id]
    if step == "lead":
        people += _leads_of(action.owner_id)
    elif step == "command":
        people += _command(now)
    return _tell(action, people, lambda: _("Corrective action overdue: %(title)s") % {"title": action.title}, step, now)


def _leads_of(person_id: int) -> list[int]:
    """Return the heads of the groups a person works in."""
    leads = []
    for kind in GroupKind:
        head, deputy, members = group_people(kind)
        if head is not None and head != person_id and person_id in {deputy, *members}:
            leads.append(head)
    return leads


def _command(now: datetime) -> list[int]:
    head, deputy, members = group_people(GroupKind.COMMAND)
    found = [head, deputy, *members, person_for_role("commander", now)]
    return [person_id for person_id in found if person_id is not None]


def _tell(action: CorrectiveAction, people: list[int], sentence: Callable[[], str], step: str, now: datetime) -> int:
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence()
    key = f"action:{action.pk}:{action.times_reopened}:{step}"
    return notify(now=now, person_ids=dict.fromkeys(people), text=texts, url=ACTIONS_URL, key=key, exercise=action.exercise)


def _action(action_id: int) -> CorrectiveAction:
    action = CorrectiveAction.objects.select_related("finding__review").filter(pk=action_id).first()
    if action is None:
        raise NotThere(_("There is no corrective action %(id)s.") % {"id": action_id})
    return action


def _record(action: CorrectiveAction, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    told: dict[str, object] = {"action": action.pk, **detail}
    subject = ("incident", action.finding.review.incident_id)
    record(actor=actor, verb=verb, subject=subject, now=now, detail=told, exercise=action.exercise)
