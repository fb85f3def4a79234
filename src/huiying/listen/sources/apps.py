from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    name = "huiying.listen.sources"
    label = "sources"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import jobs, panels, selectors  # noqa: F401  imported to register

        register_verbs(
            {
                "source.add": _("added a source"),
                "source.pause": _("paused a source"),
                "source.resume": _("resumed a source"),
                "report.file": _("filed a first report"),
                "quarantine.replay": _("took a held-back record in"),
                "quarantine.discard": _("discarded a held-back record"),
            }
        )
        register_nav(NavItem("listen", 30, "sources:list", _("Sources"), "source.read"))
        register_nav(NavItem("listen", 40, "sources:search", _("Search posts"), "post.read"))
        register_nav(NavItem("listen", 50, "sources:report", _("First report"), "report.file"))
        register_slot("frame.status", "sources", panels.hearing_status, order=10)
