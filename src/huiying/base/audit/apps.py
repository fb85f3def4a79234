from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "huiying.base.audit"
    label = "audit"

    def ready(self) -> None:
        from huiying.base.ui.registry import NavItem, register_nav

        register_nav(NavItem("base", 90, "audit:list", _("Audit log"), "audit.read"))
