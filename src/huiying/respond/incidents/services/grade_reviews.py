"""Judging a grade afterwards."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotNow, NotYou

from ..grade_rules import Verdict
from ..models import GradeReview
from ..rules import GradeState, State
from .records import incident_of, needed, write


@transaction.atomic
def grade_review_save(*, actor: Actor, now: datetime, incident_id: int, verdict: str, reason: str) -> GradeReview:
    """Say whether the final grade of a closed incident was right; a new judgement stands beside the earlier ones.

    Whoever decided the grade does not judge it.
    """
    require(actor, "review.write")
    incident = incident_of(incident_id)
    if incident.state != State.CLOSED:
        raise NotNow(_("A grade is judged once the incident is closed."))
    if verdict not in set(Verdict):
        raise BadInput(_("“%(verdict)s” is no judgement: use one of %(known)s.") % {"verdict": verdict, "known": ", ".join(Verdict)})
    final = incident.grade_decisions.filter(state=GradeState.IN_FORCE).first()
    if final is None:
        raise NotNow(_("This incident never had a grade."))
    if actor.id in {final.by_id, final.decided_by_id}:
        raise NotYou(_("Who decided a grade does not judge it: ask somebody else."))
    said = needed(reason, _("Say why: what was known then, and what is known now."))
    review = GradeReview.objects.create(incident=incident, verdict=verdict, reason=said, at=now, by_id=actor.id, by_name=actor.name)
    write(incident, "incident.grade_review", actor=actor, now=now, verdict=verdict, reason=said, grade=final.grade)
    return review
