"""How a review and its corrective actions move, and who must not verify their own work (pure but for words)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise


class ReviewState(StrEnum):
    """Where an after-action review stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"


_R = ReviewState
REVIEW_MOVES: dict[ReviewState, frozenset[ReviewState]] = {
    _R.DRAFT: frozenset({_R.SUBMITTED}),
    _R.SUBMITTED: frozenset({_R.APPROVED, _R.DRAFT}),
    _R.APPROVED: frozenset(),
}
REVIEW_LABELS: dict[str, Label] = {_R.DRAFT: _("draft"), _R.SUBMITTED: _("submitted"), _R.APPROVED: _("approved")}
REVIEW_TONES = {_R.DRAFT: "blue", _R.SUBMITTED: "yellow", _R.APPROVED: "ok"}


class FindingKind(StrEnum):
    """What a finding is (R204, R207)."""

    STRENGTH = "strength"
    SHORTFALL = "shortfall"


FINDING_LABELS: dict[str, Label] = {FindingKind.STRENGTH: _("what went well"), FindingKind.SHORTFALL: _("what fell short")}


class ActionState(StrEnum):
    """Where a corrective action stands (STANDARDS 8.6)."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    VERIFIED = "verified"
    CLOSED = "closed"
    REJECTED = "rejected"
    REOPENED = "reopened"


_A = ActionState
#: Done goes back to in progress when whoever checks finds that it is not done.
ACTION_MOVES: dict[ActionState, frozenset[ActionState]] = {
    _A.PROPOSED: frozenset({_A.ACCEPTED, _A.REJECTED}),
    _A.ACCEPTED: frozenset({_A.IN_PROGRESS, _A.REJECTED}),
    _A.IN_PROGRESS: frozenset({_A.DONE}),
    _A.DONE: frozenset({_A.VERIFIED, _A.IN_PROGRESS}),
    _A.VERIFIED: frozenset({_A.CLOSED, _A.REOPENED}),
    _A.CLOSED: frozenset({_A.REOPENED}),
    _A.REJECTED: frozenset(),
    _A.REOPENED: frozenset({_A.IN_PROGRESS}),
}
ACTION_LABELS: dict[str, Label] = {
    _A.PROPOSED: _("proposed"),
    _A.ACCEPTED: _("accepted"),
    _A.IN_PROGRESS: _("in progress"),
    _A.DONE: _("done, to be verified"),
    _A.VERIFIED: _("verified"),
    _A.CLOSED: _("closed"),
    _A.REJECTED: _("rejected"),
    _A.REOPENED: _("reopened"),
}
ACTION_MOVE_LABELS: dict[str, Label] = {
    _A.ACCEPTED: _("Accept"),
    _A.REJECTED: _("Reject"),
    _A.IN_PROGRESS: _("Work on it"),
    _A.DONE: _("Done"),
    _A.VERIFIED: _("Verify"),
    _A.CLOSED: _("Close"),
    _A.REOPENED: _("Reopen"),
}
ACTION_TONES = {
    _A.PROPOSED: "plain",
    _A.ACCEPTED: "blue",
    _A.IN_PROGRESS: "blue",
    _A.DONE: "yellow",
    _A.VERIFIED: "ok",
    _A.CLOSED: "ok",
    _A.REJECTED: "plain",
    _A.REOPENED: "orange",
}
#: States in which somebody still owes work, so that a due time can be missed.
UNDONE_STATES = frozenset({_A.PROPOSED, _A.ACCEPTED, _A.IN_PROGRESS, _A.REOPENED})

#: STANDARDS 8.6: days over the due time after which the owner's lead, then the command group hears of it.
LEAD_AFTER = timedelta(days=7)
COMMAND_AFTER = timedelta(days=30)


def right_for(to: ActionState) -> str:
    """Return the right a move needs; the owner works on an action without it."""
    return "action.verify" if to == ActionState.VERIFIED else "action.manage"


def owner_may(to: ActionState) -> bool:
    """Return whether the owner makes this move by being the owner."""
    return to in {ActionState.IN_PROGRESS, ActionState.DONE}


def asks_for(old: ActionState, to: ActionState) -> str:
    """Return what the move must bring: ``reason``, ``evidence`` or nothing.

    >>> asks_for(ActionState.IN_PROGRESS, ActionState.DONE)
    'evidence'
    >>> asks_for(ActionState.DONE, ActionState.IN_PROGRESS)
    'reason'
    """
    if to in {ActionState.DONE, ActionState.VERIFIED}:
        return "evidence"
    if to in {ActionState.REJECTED, ActionState.REOPENED} or (old, to) == (ActionState.DONE, ActionState.IN_PROGRESS):
        return "reason"
    return ""


def escalation(due_at: datetime, now: datetime) -> str:
    """Return who hears of an undone action now: nobody, ``owner``, ``lead`` or ``command``."""
    over = now - due_at
    if over >= COMMAND_AFTER:
        return "command"
    if over >= LEAD_AFTER:
        return "lead"
    return "owner" if over > timedelta(0) else ""
