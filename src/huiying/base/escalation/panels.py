"""What this room hangs into the pages of others: the red line of the duty board, and who was told of a warning."""

from __future__ import annotations

from typing import Protocol, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from huiying.base.ui.frame import frame_of
from huiying.base.ui.rights import may_see

from .lines import run_line
from .selectors import runs_of
from .wording import break_text

#: lines; what a board shows before it says how many more there are.
MOST_BREAKS = 3


class HasKey(Protocol):
    """A subject as a slot sees it."""

    pk: int


def board_line(request: HttpRequest, _obj: object) -> str:
    """Return the red line: which chain breaks, when and why; nothing while every hour is covered."""
    if not may_see(request, "roster.read"):
        return ""
    for found in frame_of(request).rows["preflight"]:
        coming = [each for each in found.breaks if each["to"] > timezone.now().isoformat()]
        if coming:
            shown = {"lines": [break_text(each) for each in coming[:MOST_BREAKS]], "more": len(coming) - MOST_BREAKS, "at": found.at}
            return render_to_string("escalation/_board_line.html", shown, request=request)
    return ""


def runs_panel(request: HttpRequest, warning: object) -> str:
    """Return who was told of a warning, by what ways, when, and who answered."""
    runs = runs_of(("warning", cast(HasKey, warning).pk))
    return render_to_string("escalation/_runs.html", {"runs": [run_line(run) for run in runs]}, request=request) if runs else ""
