"""What this room says at a change of shift."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiying.base.rosters.registry import HandoverLine
from huiying.core.formats.localised import localise

from .models import Commitment
from .rules import CommitmentState


def promise_lines(_now: datetime) -> list[HandoverLine]:
    """Return the public promises that are still to be kept, soonest due first, rehearsals marked."""
    language, lines = get_language() or "zh-hans", []
    for promise in Commitment.objects.filter(state=CommitmentState.MADE, release__withdrawn_at=None).order_by("due_at", "pk"):
        words = localise({"zh-Hans": promise.text_zh, "en": promise.text_en}, language)
        text = _("[exercise] %(text)s") % {"text": words} if promise.exercise else words
        due = timezone.localtime(promise.due_at).strftime("%m-%d %H:%M")
        shown = _("%(text)s: due %(due)s") % {"text": text, "due": due}
        lines.append(HandoverLine(shown, reverse("incidents:detail", args=[promise.incident_id])))
    return lines
