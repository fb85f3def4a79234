from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialogueConfig(AppConfig):
    name = "huiying.respond.dialogue"
    label = "dialogue"
    verbose_name = _("Public site")

    def ready(self) -> None:
        from huiying.base.ui.registry import NavItem, register_nav

        register_nav(NavItem("respond", 40, "dialogue:home", _("Public site"), "statement.read"))
        register_nav(NavItem("respond", 41, "dialogue:rehearsal_home", _("Rehearsal site"), "statement.read"))
