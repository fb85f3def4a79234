"""Reads of issued warnings."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotThere

from .models import Notice, NoticeEdition
from .rules import STANDING


def notices(shows_all: bool = False) -> QuerySet[Notice]:
    """Return the notices that stand, or all; overdue ones first, then the newest."""
    rows = Notice.objects.select_related("warning__story").order_by("-renewal_overdue", "-pk")
    return rows if shows_all else rows.filter(state__in=STANDING)


def notice_of(notice_id: int) -> Notice:
    """Return one notice with its editions; raises NotThere."""
    people = NoticeEdition.objects.select_related("written_by", "confirmed_by")
    found = Notice.objects.select_related("warning__story").prefetch_related(Prefetch("editions", people)).filter(pk=notice_id).first()
    if found is None:
        raise NotThere(_("There is no notice %(id)s.") % {"id": notice_id})
    return found


def notice_of_warning(warning_id: int) -> Notice | None:
    """Return the newest notice of a warning, or None."""
    return Notice.objects.filter(warning_id=warning_id).order_by("-pk").first()
