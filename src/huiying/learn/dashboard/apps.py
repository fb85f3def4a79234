from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "huiying.learn.dashboard"
    label = "dashboard"

    def ready(self) -> None:
        from huiying.base.live.registry import register_topic
        from huiying.base.ui.registry import NavItem, register_nav

        register_nav(NavItem("", 0, "dashboard:board", _("Duty board"), "board.read"))
        register_topic("board", right="board.read")
