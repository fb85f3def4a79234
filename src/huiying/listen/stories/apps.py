from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "huiying.listen.stories"
    label = "stories"

    def ready(self) -> None:
        from huiying.base.ui.registry import NavItem, register_nav

        from . import jobs  # noqa: F401  imported to register

        register_nav(NavItem("listen", 10, "stories:list", _("Stories"), "story.read"))
