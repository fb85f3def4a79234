"""What a meeting decides becomes work."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.tasks.services import task_create
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import Decision, Meeting
from ..rules import MEETING, MeetingState
from .checks import is_named, needs_person, needs_words


@transaction.atomic
def decision_add(*, actor: Actor, now: datetime, meeting_id: int, text: str, owner_id: int, due_at: datetime) -> Decision:
    """Write down a decision of a held meeting; its owner gets a task with the due time."""
    meeting = Meeting.objects.select_related("series").filter(pk=meeting_id).first()
    if meeting is None:
        raise NotThere(_("There is no meeting %(id)s.") % {"id": meeting_id})
    if not is_named(actor, meeting.series.chair_id):
        require(actor, "meeting.record")
    if meeting.state != MeetingState.HELD:
        raise NotNow(_("The meeting is “%(state)s”: write its minutes first, then what it decided.") % {"state": str(meeting.state_label)})
    decided = needs_words(text=text)["text"]
    needs_person(owner_id)
    if due_at <= now:
        raise BadInput(_("A decision is due in the future: choose a later time."))
    number = (meeting.decisions.aggregate(last=Max("number"))["last"] or 0) + 1
    task = task_create(
        actor=actor,
        now=now,
        subject=(MEETING, meeting.pk),
        title=decided,
        owner_id=owner_id,
        due_at=due_at,
        source=f"meeting:{meeting.pk}:decision-{number}",
        exercise=False,
    )
    decision = Decision.objects.create(meeting=meeting, number=number, text=decided, task=task)
    detail: dict[str, object] = {"number": number, "task": task.pk, "owner": owner_id, "due_at": due_at}
    record(actor=actor, verb="meeting.decide", subject=(MEETING, meeting.pk), now=now, detail=detail)
    return decision
