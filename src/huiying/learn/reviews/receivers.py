"""Open the review when an incident is resolved; answer whether it lets the incident go on."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from huiying.base.audit.rules import SYSTEM
from huiying.respond.incidents.rules import State, register_check
from huiying.respond.incidents.signals import incident_moved

from .models import Review
from .rules import ReviewState
from .services import review_open


def connect() -> None:
    """Listen to the incidents, and answer their two questions about reviews."""
    incident_moved.connect(open_when_resolved, dispatch_uid="reviews.incident_moved")
    register_check("review_opened", why_not_reviewing)
    register_check("review_approved", why_not_closing)


def open_when_resolved(*, incident_id: int, new: str, now: datetime, **_kwargs: object) -> None:
    """Open the review in the transaction that resolves the incident."""
    if new == State.RESOLVED:
        review_open(actor=SYSTEM, now=now, incident_id=incident_id)


def why_not_reviewing(incident_id: int, _now: datetime) -> str | None:
    """Return the sentence that keeps an incident from its review, or None."""
    return None if Review.objects.filter(incident_id=incident_id).exists() else _("Its review is not open yet.")


def why_not_closing(incident_id: int, _now: datetime) -> str | None:
    """Return the sentence that keeps an incident from closing, or None."""
    if Review.objects.filter(incident_id=incident_id, state=ReviewState.APPROVED).exists():
        return None
    return _("Its review is not approved yet: submit it, and let a commander who did not write it approve it.")
