from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "huiying.base.rosters"
    label = "rosters"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import receivers
        from .views import duty_line

        receivers.connect()
        register_verbs({"shift.add": _("added a shift"), "shift.remove": _("removed a shift")})
        register_nav(NavItem("base", 20, "rosters:list", _("Roster"), "roster.read"))
        register_slot("frame.status", "rosters.on_duty", duty_line, order=60)
