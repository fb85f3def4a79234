"""Which stories are looked at for a matter, when, and what a link says: pure functions on plain values."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiying.core.analysis.links import Reason

#: A story is looked at when so many posts came within its last hour: below it no rule warns, and single texts say little.
POSTS_LEAST = 20
#: And again whenever it has grown to so many times the posts it had then; sooner while it is linked to nothing.
GROWTH, GROWTH_ALONE = 2.0, 1.3
#: Two stories overlap in time when no longer silence lies between them; a matter that was silent for longer takes nothing in.
SILENCE = timedelta(hours=12)
#: Stories that a new one is compared with, the largest of those alive.
MATTERS_MOST = 100


class LinkState(StrEnum):
    """Whether a link stands, was withdrawn, or was ruled out by a person."""

    LINKED = "linked"
    WITHDRAWN = "withdrawn"
    APART = "apart"


LANGUAGE_LABELS = {"zh": _("Chinese"), "en": _("English")}
REASON_LABELS: dict[Reason, str | Promise] = {
    Reason.PLACE: _("same place, near in meaning"),
    Reason.LANGUAGE: _("same meaning in another language"),
    Reason.NAMES: _("same places named"),
    Reason.PERSON: _("joined by a person"),
}


def is_grown(posts: int, posts_then: int, *, is_alone: bool) -> bool:
    """Return whether a story has grown enough to be looked at again.

    >>> is_grown(26, 20, is_alone=True), is_grown(39, 20, is_alone=False), is_grown(40, 20, is_alone=False)
    (True, False, True)
    """
    return posts >= posts_then * (GROWTH_ALONE if is_alone else GROWTH)


def spread(count: int, wanted: int) -> list[int]:
    """Return places spread evenly over a list.

    >>> spread(10, 4), spread(2, 4)
    ([0, 2, 5, 7], [0, 1])
    """
    return [place * count // wanted for place in range(wanted)] if count > wanted else list(range(count))
