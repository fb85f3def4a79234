"""The one place where a message changes its state."""

from __future__ import annotations

from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotNow

from ..models import Message
from ..rules import MOVES, STATE_LABELS, MessageState


def move(message: Message, to: MessageState, **changes: object) -> None:
    """Change the state of a message, unless somebody was faster; raises NotNow."""
    if to not in MOVES[MessageState(message.state)]:
        raise NotNow(
            _("Message %(id)s cannot go from “%(old)s” to “%(new)s”.")
            % {"id": message.pk, "old": message.state_label, "new": STATE_LABELS[to]}
        )
    if Message.objects.filter(pk=message.pk, state=message.state).update(state=to.value, **changes) != 1:
        raise NotNow(_("Message %(id)s was changed by somebody else meanwhile. Load the page again.") % {"id": message.pk})
    message.refresh_from_db()
