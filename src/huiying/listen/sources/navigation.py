"""The lines of this room in the navigation: searching, the sources with the pages beside them, the first report."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from huiying.base.ui.registry import NavItem

from .rules import QuarantineState


def _held():  # type: ignore[no-untyped-def]  # a query of a table that is loaded later
    from .models import Quarantine

    return Quarantine.objects.filter(state=QuarantineState.HELD)


_SOURCES = "sources:list"
ITEMS = (
    NavItem("listen", 30, "sources:search", _("Search posts"), "post.read", pages=("sources:post", "sources:snapshot")),
    NavItem("listen", 50, "sources:report", _("First report"), "report.file"),
    NavItem("listen", 60, _SOURCES, _("Sources"), "source.read"),
    NavItem("listen", 61, "sources:outages", _("Outages"), "source.read", beside=_SOURCES),
    NavItem("listen", 62, "sources:quarantine", _("Held back"), "source.read", _held, beside=_SOURCES),
    NavItem("listen", 63, "sources:coverage", _("Coverage"), "source.read", beside=_SOURCES),
    NavItem("listen", 64, "sources:calibration", _("Calibration"), "calibration.read", beside=_SOURCES),
    NavItem("listen", 65, "sources:files", _("Files"), "source.read", beside=_SOURCES),
    NavItem("listen", 66, "sources:opml", _("Lists of feeds"), "source.manage", beside=_SOURCES),
    NavItem("listen", 67, "sources:archive", _("Archive"), "source.read", beside=_SOURCES),
    NavItem("listen", 68, "sources:legal", _("Legal basis"), "source.read", beside=_SOURCES),
)
