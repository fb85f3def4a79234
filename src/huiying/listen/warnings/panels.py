"""What this room hangs into the pages of lower rooms."""

from __future__ import annotations

from typing import Protocol, cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from huiying.base.ui.rights import may_see

from . import selectors


class HasKey(Protocol):
    """A story as a slot sees it."""

    pk: int


def story_panel(request: HttpRequest, story: object) -> str:
    """Return the story's warnings, newest first; nothing when it never had one."""
    if not may_see(request, "warning.read"):
        return ""
    found = selectors.warnings_of_story(cast(HasKey, story).pk)
    return render_to_string("warnings/_story_panel.html", {"warnings": found}, request=request) if found else ""
