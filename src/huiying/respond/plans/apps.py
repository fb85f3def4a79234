from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "huiying.respond.plans"
    label = "plans"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import receivers, slots

        receivers.connect()
        register_verbs(
            {
                "plan.load": _("stored a plan version"),
                "plan.move": _("moved a plan version"),
                "plan.activate": _("activated a plan"),
                "plan.fill_post": _("filled a post"),
                "plan.aftermath": _("took up the aftermath of the plan"),
                "plan.stand_down": _("stood the plan down"),
            }
        )
        register_nav(NavItem("respond", 20, "plans:list", _("Plans"), "plan.read"))
        register_slot("incident.actions", "plans.activate", slots.activate_button, order=20)
        register_slot("incident.panels", "plans.plan", slots.plan_panel, order=10)
        register_slot("incident.aside", "plans.posts", slots.posts_card, order=20)
