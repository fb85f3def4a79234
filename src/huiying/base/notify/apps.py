from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "huiying.base.notify"
    label = "notify"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from .way_views import own_panel

        register_verbs(
            {
                "message.retry": _("sent a message again"),
                "webhook.add": _("added a webhook"),
                "webhook.set_active": _("switched a webhook on or off"),
                "way.add": _("entered a way to be reached"),
                "way.remove": _("removed a way to be reached"),
                "way.delay": _("changed when a way to be reached follows"),
                "way.switch": _("rested a robot or gateway, or used it again"),
                "way.test": _("sent a test message"),
                "way.prove": _("proved a way to be reached"),
            }
        )
        register_nav(NavItem("base", 70, "notify:list", _("Messages"), "notification.read"))
        for order, name, label, action in (
            (71, "notify:ways", _("How I am reached"), "notification.read"),
            (72, "notify:reach", _("Who can be reached"), "roster.manage"),
            (73, "notify:told", _("Who was told what"), "audit.read"),
            (74, "notify:channels", _("Robots and gateway"), "job.manage"),
            (75, "notify:outbox", _("Outbox"), "job.manage"),
        ):
            register_nav(NavItem("base", order, name, label, action, beside="notify:list"))
        register_slot("me.panels", "notify.ways", own_panel)
