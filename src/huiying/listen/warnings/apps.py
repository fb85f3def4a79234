from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WarningsConfig(AppConfig):
    name = "huiying.listen.warnings"
    label = "warnings"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import panels, receivers, selectors

        register_verbs(
            {
                "warning.propose": _("proposed a warning"),
                "warning.raise": _("raised a warning"),
                "warning.lower": _("lowered a warning"),
                "warning.acknowledge": _("acknowledged a warning"),
                "warning.dismiss": _("dismissed a warning"),
                "warning.open": _("opened an incident from a warning"),
                "warning.escalate": _("brought an unanswered warning to the commander"),
                "warning.follow": _("moved a warning to the story that its own was merged into"),
            }
        )
        register_nav(NavItem("listen", 20, "warnings:list", _("Warnings"), "warning.read", selectors.unacknowledged, is_hot=True))
        register_slot("story.panels", "warnings", panels.story_panel, order=10)
        receivers.connect()
