"""Carry an order to its end: sign for it, remind, answer, accept or return, withdraw; each deadline is a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiying.base.accounts.rules import may
from huiying.base.accounts.selectors import seats_of
from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.clocks.rules import ClockRule, ClockState
from huiying.base.clocks.selectors import clocks_of
from huiying.base.clocks.services import clock_start, clock_stop, clock_waive
from huiying.base.ui.errors import BadInput, NotNow, NotYou

from ..models import OrderEntry, Task
from ..rules import (
    ACTS_WITH_DUE,
    ACTS_WITH_TEXT,
    ANSWER_RULE,
    ORDER_ACT_LABELS,
    ORDER_MOVES,
    ORDER_RULES,
    RECEIPT_RULE,
    RECEIVERS_ACTS,
    STOPS_CLOCK,
    OrderAct,
    OrderState,
    TaskState,
    acts_in,
)
from .climbing import watched
from .telling import find, in_every_language, receivers_of, record_task, tell
from .working import set_state

CITATION = {"zh-Hans": "督办令的时限", "en": "Deadline set by the order"}
#: What the others are told, to whom: the receivers or the issuer.
_NEWS = {
    OrderAct.RECEIVE: gettext_noop("%(name)s signed for the order: %(title)s"),
    OrderAct.REMIND: gettext_noop("A reminder of an order: %(title)s. %(text)s"),
    OrderAct.ANSWER: gettext_noop("The order is answered, accept or return it: %(title)s"),
    OrderAct.ACCEPT: gettext_noop("The answer is accepted: %(title)s"),
    OrderAct.RETURN: gettext_noop("The answer is returned: %(title)s. %(text)s"),
    OrderAct.WITHDRAW: gettext_noop("The order is withdrawn: %(title)s. %(text)s"),
    OrderAct.POSTPONE: gettext_noop("The order has a new due time: %(title)s. %(text)s"),
}


@transaction.atomic
def order_do(
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    act: OrderAct | str,
    text: str = "",
    evidence: str = "",
    due_at: datetime | None = None,
) -> Task:
    """Do one act about an order: the receivers sign and answer, the issuer and the commander do the rest."""
    try:
        doing = OrderAct(act)
    except ValueError:
        raise BadInput(_("“%(act)s” is no act of an order: use one of %(acts)s.") % {"act": act, "acts": ", ".join(OrderAct)}) from None
    task = find(task_id)
    if not task.is_order:
        raise NotNow(_("Task %(id)s is no order.") % {"id": task.pk})
    _check_side(actor, task, doing)
    text, evidence = text.strip(), evidence.strip()
    at = now.replace(microsecond=0)
    due_at = _checked(doing, text, evidence, due_at, at)
    old = OrderState(task.order_state)
    _move_order(task, doing, old)
    entry = keep_entry(task, doing, actor, now, text=text, evidence=evidence, due_at=due_at)
    _EFFECTS[doing](task, actor, at, entry)
    Task.objects.filter(pk=task.pk).update(**_moved(task, doing))
    task.refresh_from_db()
    detail: dict[str, object] = {"from": old.value, "to": task.order_state, "text": text, "evidence": evidence, "due_at": due_at}
    record_task(task, f"order.{doing.value}", actor, now, {key: value for key, value in detail.items() if value})
    _tell(task, entry, doing, now)
    return task


def order_acts(actor: Actor, task: Task) -> list[OrderAct]:
    """Return what this person can do about an order now."""
    if not task.is_order:
        return []
    possible = acts_in(task.order_state)
    sides = {True: is_receiver(actor, task), False: is_issuer(actor, task)} if possible else {}
    answered_it = OrderAct.ACCEPT in possible and _answered_it(actor, task)
    return [act for act in possible if sides[act in RECEIVERS_ACTS] and not (act == OrderAct.ACCEPT and answered_it)]


def _answered_it(actor: Actor, task: Task) -> bool:
    answer = task.order_entries.filter(act=OrderAct.ANSWER).last()
    return answer is not None and answer.by_id == actor.id


def _check_side(actor: Actor, task: Task, act: OrderAct) -> None:
    """Refuse whoever is not on the side whose act it is; who answered never accepts."""
    if actor.is_system:
        return
    require(actor, "task.read")
    shown = {"id": task.pk, "act": ORDER_ACT_LABELS[act]}
    if act in RECEIVERS_ACTS and not is_receiver(actor, task):
        raise NotYou(_("“%(act)s” is for those to whom order %(id)s was given.") % shown)
    if act not in RECEIVERS_ACTS and not is_issuer(actor, task):
        raise NotYou(_("“%(act)s” is for whoever issued order %(id)s, or the commander.") % shown)
    if act == OrderAct.ACCEPT and _answered_it(actor, task):
        raise NotYou(_("Who answered an order does not accept the answer: ask somebody else in command."))


def is_receiver(actor: Actor, task: Task) -> bool:
    """Return whether an order was given to this person, or to their group or department."""
    if actor.id is None:
        return False
    if actor.id in (task.owner_id, task.deputy_id):
        return True
    seats = seats_of(actor.id)
    return task.group in seats.groups or (task.unit_id is not None and task.unit_id == seats.unit_id)


def is_issuer(actor: Actor, task: Task) -> bool:
    """Return whether this person issued the order or commands."""
    return (actor.id is not None and actor.id == task.issuer_id) or may(actor.roles, "incident.command")


def _checked(act: OrderAct, text: str, evidence: str, due_at: datetime | None, at: datetime) -> datetime | None:
    """Return the due time an act sets; raises BadInput for an act without its words, its proof or its time."""
    if act in ACTS_WITH_TEXT and not text:
        raise BadInput(_("“%(act)s” needs words: say what or why.") % {"act": ORDER_ACT_LABELS[act]})
    if act == OrderAct.ANSWER and not evidence:
        raise BadInput(_("An answer needs something that shows it: a place, a link, a file."))
    if act not in ACTS_WITH_DUE:
        return None
    if due_at is None or due_at <= at:
        raise BadInput(_("“%(act)s” needs a new due time that lies ahead.") % {"act": ORDER_ACT_LABELS[act]})
    return due_at.replace(microsecond=0)


def _move_order(task: Task, act: OrderAct, old: OrderState) -> None:
    """Move where the order stands, the only place that does, and only if nobody was first."""
    new = ORDER_MOVES[act].get(old)
    if new is None or Task.objects.filter(pk=task.pk, order_state=old).update(order_state=new.value) != 1:
        shown = {"id": task.pk, "state": task.order_label, "act": ORDER_ACT_LABELS[act]}
        raise NotNow(_("Order %(id)s is “%(state)s”: “%(act)s” is not possible now.") % shown)
    task.order_state = new.value


def keep_entry(
    task: Task, act: OrderAct, actor: Actor, now: datetime, *, text: str = "", evidence: str = "", due_at: datetime | None = None
) -> OrderEntry:
    """Write one act of an order into its trail."""
    return OrderEntry.objects.create(
        task=task,
        act=act.value,
        state=task.order_state,
        text=text,
        evidence=evidence,
        due_at=due_at,
        at=now,
        by_id=actor.id,
        by_name=actor.name,
    )


def start_clocks(task: Task, actor: Actor, at: datetime, *, evidence: str, with_receipt: bool = True) -> None:
    """Let the deadlines of an order run: until it is signed for, and until it is answered."""
    wanted = [(ANSWER_RULE, gettext_noop("Answer to an order: %(title)s"), task.due_at)]
    if with_receipt:
        wanted.append((RECEIPT_RULE, gettext_noop("Receipt of an order: %(title)s"), task.receipt_due_at))
    for key, words, due_at in wanted:
        if due_at is None:
            continue
        label = in_every_language(lambda words=words: _(words) % {"title": task.title_text})  # type: ignore[misc]  # bound at once
        rule = ClockRule(key, label, int((due_at - at).total_seconds()), None, CITATION)
        clock_start(
            actor=actor, now=at, subject=("task", task.pk), rule=rule, started_at=at, start_evidence=evidence, exercise=task.exercise
        )


def _stop_clock(task: Task, actor: Actor, at: datetime, entry: OrderEntry) -> None:
    rule_key = STOPS_CLOCK[OrderAct(entry.act)]
    clock_stop(actor=actor, now=at, subject=("task", task.pk), rule_key=rule_key, stopped_at=at, stop_evidence=f"order entry {entry.pk}")


def _let_go(task: Task, actor: Actor, at: datetime, entry: OrderEntry, *, rules: tuple[str, ...] = ORDER_RULES) -> None:
    """Waive what still runs, with the reason of the act; what was missed stays missed and is closed with it."""
    reason = f"{entry.by_name}: {entry.text}"
    for clock in clocks_of(("task", task.pk)):
        if clock.rule_key in rules and clock.state == ClockState.RUNNING:
            clock_waive(actor=SYSTEM, now=at, clock_id=clock.pk, reason=reason)
    for rule_key in rules:
        clock_stop(actor=actor, now=at, subject=("task", task.pk), rule_key=rule_key, stopped_at=at, stop_evidence=reason)


def _received(task: Task, actor: Actor, at: datetime, entry: OrderEntry) -> None:
    _stop_clock(task, actor, at, entry)
    if task.owner_id is None and actor.id not in (None, task.deputy_id):
        task.owner_id = actor.id


def _answered(task: Task, actor: Actor, at: datetime, entry: OrderEntry) -> None:
    _stop_clock(task, actor, at, entry)
    if task.state != TaskState.DOING:
        set_state(task, TaskState.DOING, at, entry.text)


def _accepted(task: Task, actor: Actor, at: datetime, entry: OrderEntry) -> None:
    set_state(task, TaskState.DONE, at, entry.text)


def _returned(task: Task, actor: Actor, at: datetime, entry: OrderEntry) -> None:
    task.due_at = entry.due_at
    if task.state == TaskState.DONE:
        set_state(task, TaskState.DOING, at, entry.text)
    start_clocks(task, actor, at, evidence=f"order entry {entry.pk}", with_receipt=False)


def _withdrawn(task: Task, actor: Actor, at: datetime, entry: OrderEntry) -> None:
    set_state(task, TaskState.CANCELLED, at, entry.text)
    _let_go(task, actor, at, entry)


def _postponed(task: Task, actor: Actor, at: datetime, entry: OrderEntry) -> None:
    _let_go(task, actor, at, entry, rules=(ANSWER_RULE,))
    task.due_at = entry.due_at
    start_clocks(task, actor, at, evidence=f"order entry {entry.pk}", with_receipt=False)


def _reminded(task: Task, actor: Actor, at: datetime, entry: OrderEntry) -> None:
    Task.objects.filter(pk=task.pk).update(reminders=F("reminders") + 1)


_EFFECTS: dict[OrderAct, Callable[[Task, Actor, datetime, OrderEntry], None]] = {
    OrderAct.RECEIVE: _received,
    OrderAct.REMIND: _reminded,
    OrderAct.ANSWER: _answered,
    OrderAct.ACCEPT: _accepted,
    OrderAct.RETURN: _returned,
    OrderAct.WITHDRAW: _withdrawn,
    OrderAct.POSTPONE: _postponed,
}


def _moved(task: Task, act: OrderAct) -> dict[str, object]:
    """Return the columns an act changed; a reminder lets lateness climb on from where it is."""
    changes: dict[str, object] = {"owner_id": task.owner_id, "due_at": task.due_at}
    return changes if act == OrderAct.REMIND else changes | watched(task)


def _tell(task: Task, entry: OrderEntry, act: OrderAct, now: datetime) -> None:
    to_issuer = [task.issuer_id] if task.issuer_id is not None else []
    tell(task, entry, to_issuer if act in RECEIVERS_ACTS else receivers_of(task), lambda: _(_NEWS[act]), now)
