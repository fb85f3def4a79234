"""Ties between incidents, the hand-over of command, and which of two may take up the other (pure)."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .rules import Label, State


class TieKind(StrEnum):
    """Why a new incident hangs on an older one."""

    SPLIT = "split"
    FOLLOW_UP = "follow_up"


TIE_LABELS: dict[str, Label] = {TieKind.SPLIT: _("split off"), TieKind.FOLLOW_UP: _("follow-up")}


class CommandHandoverState(StrEnum):
    """Whether a hand-over of command was accepted."""

    WRITTEN = "written"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


COMMAND_HANDOVER_MOVES: dict[CommandHandoverState, frozenset[CommandHandoverState]] = {
    CommandHandoverState.WRITTEN: frozenset({CommandHandoverState.ACCEPTED, CommandHandoverState.WITHDRAWN}),
    CommandHandoverState.ACCEPTED: frozenset(),
    CommandHandoverState.WITHDRAWN: frozenset(),
}
HANDOVER_LABELS: dict[str, Label] = {
    CommandHandoverState.WRITTEN: _("waits for the successor"),
    CommandHandoverState.ACCEPTED: pgettext_lazy("hand-over of command", "accepted"),
    CommandHandoverState.WITHDRAWN: _("withdrawn"),
}

#: How far along an incident is; the one further along takes up the other, so that no running clock is left without an owner.
PROGRESS: dict[State, int] = {
    State.SUSPECTED: 0,
    State.CONFIRMED: 1,
    State.GRADED: 2,
    State.RESPONDING: 3,
    State.STABILISING: 3,
}
#: States after which the matter may only go on in a new incident linked to the old one.
FOLLOWED_STATES = frozenset({State.CLOSED, State.DISMISSED})
#: Days after resolution by which the survey is due: one month (R186).
SURVEY_DAYS = 30
SURVEY_SOURCE = "closing:survey"
SURVEY_TITLE = {"zh-Hans": "开展满意度调查", "en": "Run the satisfaction survey"}


def takes_up(survivor: str, other: str) -> bool:
    """Return whether the first incident may take up the second.

    >>> takes_up("responding", "suspected"), takes_up("suspected", "responding")
    (True, False)
    """
    return PROGRESS.get(State(survivor), -1) >= PROGRESS.get(State(other), 99)
