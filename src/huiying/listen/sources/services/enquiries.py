"""A question from the public site: it becomes a post like any other, at once. It has no author: no name and no contact is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow

from ..models import Post
from ..rules import OwnKind
from .own import own_source, take_own

CHANNEL = "enquiry"
#: Characters of a question.
SHORTEST, LONGEST = 4, 2_000
#: Questions taken in one minute from everybody together: more is a machine, and must not drown what people ask.
MOST_A_MINUTE = 60


@transaction.atomic
def enquiry_receive(*, now: datetime, text: str, exercise: bool = False) -> Post:
    """Take in a question of the public; raises BadInput, and NotNow when too many come at once."""
    said = text.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise BadInput(_("Write your question in %(least)s to %(most)s characters.") % {"least": SHORTEST, "most": LONGEST})
    source = own_source(OwnKind.ENQUIRY, name="public enquiries", channel=CHANNEL, exercise=exercise, now=now)
    if Post.objects.filter(source=source, received_at__gt=now - timedelta(minutes=1)).count() >= MOST_A_MINUTE:
        raise NotNow(_("Very many questions come in at this moment. Keep your text and send it again in a few minutes."))
    post = take_own(source, title="", text=said, now=now)
    if post is None:
        raise BadInput(_("The question has no readable text."))
    record(actor=SYSTEM, verb="enquiry.receive", subject=("post", post.seq), now=now, detail={}, exercise=exercise)
    return post
