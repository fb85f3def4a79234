from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "huiying.base.notify"
    label = "notify"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav

        register_verbs(
            {
                "message.retry": _("sent a message again"),
                "webhook.add": _("added a webhook"),
                "webhook.set_active": _("switched a webhook on or off"),
            }
        )
        register_nav(NavItem("base", 70, "notify:list", _("Messages"), "notification.read"))
