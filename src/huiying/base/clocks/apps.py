from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClocksConfig(AppConfig):
    name = "huiying.base.clocks"
    label = "clocks"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav

        register_verbs(
            {
                "clock.start": _("started a clock"),
                "clock.stop": _("stopped a clock"),
                "clock.miss": _("a clock ran out"),
                "clock.waive": _("waived a clock"),
                "clock.correct": _("corrected the start of a clock"),
                "cadence.create": _("set up a cadence"),
                "cadence.end": _("ended a cadence"),
            }
        )
        register_nav(NavItem("respond", 60, "clocks:list", _("Clocks"), "board.read"))
