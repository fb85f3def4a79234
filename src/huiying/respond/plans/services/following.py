"""Keep tasks and clocks of an activation in step with each other.

A published statement stops a clock of the incident, and with it the step is done; a step that is
done stops its clock of the plan. Both are read from the record, so doing it again changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.selectors import clocks_of
from huiying.base.clocks.services import clock_stop
from huiying.base.tasks.selectors import tasks_of
from huiying.base.tasks.services import task_move

from ..models import Activation
from ..rules import CLOCK_PREFIX, SUBJECT, TASK_DONE, TASK_OPEN, rule_key, step_of_source
from ..selectors import activations_in_force, plan_of


@transaction.atomic
def activation_follow(*, now: datetime, activation: Activation) -> int:
    """Bring one activation up to date; return how many tasks and clocks were moved."""
    subject = (SUBJECT, activation.incident_id)
    return _finish_steps(activation, subject, now) + _stop_clocks(activation, subject, now)


def activations_follow(*, now: datetime) -> int:
    """Bring every activation in force up to date."""
    return sum(activation_follow(now=now, activation=activation) for activation in activations_in_force())


def _finish_steps(activation: Activation, subject: tuple[str, int], now: datetime) -> int:
    stopped = {clock.rule_key for clock in clocks_of(subject) if clock.stopped_at}
    finished = {step.key for _stage, step in plan_of(activation.plan_version).steps() if stopped & set(step.done_with)}
    ready = [task for task in tasks_of(subject) if step_of_source(task.source) in finished and task.state in TASK_OPEN]
    for task in ready:
        task_move(actor=SYSTEM, now=now, task_id=task.pk, to=TASK_DONE)
    return len(ready)


def _stop_clocks(activation: Activation, subject: tuple[str, int], now: datetime) -> int:
    done = {step_of_source(task.source): task for task in tasks_of(subject) if task.state == TASK_DONE}
    waiting = {clock.rule_key for clock in clocks_of(subject) if clock.rule_key.startswith(CLOCK_PREFIX) and clock.stopped_at is None}
    stopped = 0
    for clock in plan_of(activation.plan_version).clocks:
        task = done.get(clock.stops_with_step)
        if task and rule_key(clock.key) in waiting:
            clock_stop(
                actor=SYSTEM,
                now=now,
                subject=subject,
                rule_key=rule_key(clock.key),
                stopped_at=task.done_at or now,
                stop_evidence=f"task {task.pk}",
            )
            stopped += 1
    return stopped
