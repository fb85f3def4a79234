"""Chains, steps and what breaks, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any  # stored JSON

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import GROUP_LABELS, ROLE_LABELS, GroupKind, Role
from huiying.core.grading.wording import level_label

from .reach import Block, Why
from .rules import OUTSIDE_LABELS, ChainFault, Fault, Outside, Step, Target

WHY_LABELS: dict[Why, str | Promise] = {
    Why.ON_SHIFT: pgettext_lazy("told because", "on shift"),
    Why.DEPUTY: pgettext_lazy("told because", "deputy of the shift"),
    Why.STAND_IN: pgettext_lazy("told because", "nobody was on shift"),
    Why.NAMED: pgettext_lazy("told because", "named in the chain"),
    Why.HEAD: pgettext_lazy("told because", "head or deputy head"),
    Why.MEMBER: pgettext_lazy("told because", "member of the group"),
}
WAY_LABELS: dict[str, str | Promise] = {
    "in_app": gettext_lazy("inside Huiying"),
    "personal": gettext_lazy("the person's own ways"),
    "email": gettext_lazy("e-mail"),
    "organisation": gettext_lazy("the organisation's channels"),
    "webhook": gettext_lazy("webhook"),
}
_FAULTS: dict[Fault, str | Promise] = {
    Fault.EMPTY: gettext_lazy("The chain has no step: add at least one."),
    Fault.LOOP: gettext_lazy("The chain hands over in a circle: %(value)s. Let one of them end."),
    Fault.NO_CHAIN: gettext_lazy("There is no chain of the level %(value)s to hand over to."),
    Fault.NO_HUMAN: gettext_lazy("The chain tells only a channel: add a step that tells a person."),
    Fault.TARGET: gettext_lazy("Step %(number)s: “%(value)s” is nobody who can be told."),
    Fault.HOURS: gettext_lazy("Step %(number)s: “%(value)s” are no hours: write 07-22 or 07:00-22:00."),
    Fault.WAIT: gettext_lazy("Step %(number)s: “%(value)s” minutes are not possible: 0 to 1440."),
    Fault.REPEAT: gettext_lazy("Step %(number)s: a step is repeated 1 to 20 times, every 1 to 1440 minutes."),
    Fault.WAYS: gettext_lazy("Step %(number)s: “%(value)s” is no way to tell somebody."),
}
_BLOCKS: dict[Block, str | Promise] = {
    Block.NOBODY_ON: gettext_lazy("nobody is on shift as %(value)s"),
    Block.NO_DEPUTY: gettext_lazy("the shift has no deputy as %(value)s"),
    Block.NOT_ON: gettext_lazy("%(value)s is not on shift"),
    Block.NO_WAY: gettext_lazy("%(value)s has no working way"),
    Block.NOBODY_IN: gettext_lazy("the %(value)s has nobody in it"),
    Block.INACTIVE: gettext_lazy("a person who is named has left"),
    Block.LATE: gettext_lazy("step %(value)s comes only after the answer is due"),
    Block.EMPTY: gettext_lazy("the chain has no step"),
}


def fault_text(fault: ChainFault) -> str:
    """Return what is wrong with a chain as a sentence."""
    return str(_FAULTS[fault.kind]) % {"number": fault.step, "value": fault.value}


def reason_text(reason: Mapping[str, str]) -> str:
    """Return one stored reason in words."""
    return str(_BLOCKS[Block(reason["kind"])]) % {"value": _label(reason["value"])}


def _label(value: str) -> str:
    """Return a role or group by its name in this language; other values are names already."""
    if value in set(Role):
        return str(ROLE_LABELS[Role(value)])
    return str(GROUP_LABELS[GroupKind(value)]) if value in set(GroupKind) else value


def break_text(found: Mapping[str, Any]) -> str:
    """Return one stretch that breaks as a line: when, which level, why."""
    start, end = (timezone.localtime(datetime.fromisoformat(found[name])) for name in ("from", "to"))
    until = f"{end:%H:%M}" if (end - start).days < 1 else f"{_weekday(end)} {end:%H:%M}"
    why = _(" and ").join(reason_text(reason) for reason in found["reasons"])
    shown = {
        "when": f"{_weekday(start)} {start:%H:%M}–{until}",
        "level": level_label(found["level"], get_language() or "zh-hans"),
        "why": why,
    }
    return _("%(when)s %(level)s: %(why)s") % shown


def _weekday(moment: datetime) -> str:
    names = (
        pgettext_lazy("weekday", "Mon"),
        pgettext_lazy("weekday", "Tue"),
        pgettext_lazy("weekday", "Wed"),
        pgettext_lazy("weekday", "Thu"),
        pgettext_lazy("weekday", "Fri"),
        pgettext_lazy("weekday", "Sat"),
        pgettext_lazy("weekday", "Sun"),
    )
    return str(names[moment.weekday()])


def note_text(note: Mapping[str, Any]) -> str:
    """Return a note of the preflight as a sentence."""
    texts = {
        "year": _("The public holidays of %(value)s are not known yet: only weekends count as days off."),
        "roster": _("The roster has holes or conflicts in the coming week: %(value)s. The roster page names them."),
        "tired": _("On shift for longer than is safe: %(value)s."),
        "demo": _("This is a demo: no message leaves the house, so a message inside Huiying counts as a working way."),
    }
    return texts[note["kind"]] % {"value": note["value"]}


def target_text(to: str, names: Mapping[int, str]) -> str:
    """Return whom a step tells, in words."""
    kind, _colon, value = to.partition(":")
    if kind == Target.PERSON:
        return names.get(int(value), "") or _("a person who has left")
    texts = {
        Target.ROLE: _("on shift: %(value)s"),
        Target.DEPUTY: _("deputy on shift: %(value)s"),
        Target.HEAD: _("head and deputy head: %(value)s"),
        Target.GROUP: _("everybody in: %(value)s"),
        Target.CHANNEL: _("the organisation's channels"),
    }
    return texts[Target(kind)] % {"value": _label(value)}


def step_text(step: Step, names: Mapping[int, str]) -> str:
    """Return a step as a line."""
    parts = [target_text(step.to, names)]
    if step.target is not Target.CHANNEL:
        parts.append(_("by %(ways)s") % {"ways": ", ".join(str(WAY_LABELS[way]) for way in ("in_app", *step.ways))})
    if step.hours:
        parts.append(_("only %(hours)s; outside: %(outside)s") % {"hours": step.hours, "outside": OUTSIDE_LABELS[Outside(step.outside)]})
    if step.repeat > 1:
        parts.append(_("%(times)s times, every %(minutes)s min") % {"times": step.repeat, "minutes": step.every})
    return "; ".join(parts)


def wait_text(minutes: int) -> str:
    """Return how long a step waits."""
    return ngettext("after %(n)d minute", "after %(n)d minutes", minutes) % {"n": minutes} if minutes else _("at once")
