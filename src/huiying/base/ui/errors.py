"""The four ways a request can be refused, told apart everywhere (one base, mapped to HTTP once)."""

from __future__ import annotations


class HuiyingError(Exception):
    """Something could not be done; the message says what, with which value, and what to do."""

    status_code = 400


class BadInput(HuiyingError):
    """What was sent cannot be used: the message names the value and the accepted ones."""

    status_code = 400


class NotYou(HuiyingError):
    """The person's roles do not include this action."""

    status_code = 403


class NotThere(HuiyingError):
    """There is no such thing for this person."""

    status_code = 404


class NotNow(HuiyingError):
    """The action is right, but the object's state does not allow it now."""

    status_code = 409
