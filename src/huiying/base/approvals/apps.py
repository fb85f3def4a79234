from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "huiying.base.approvals"
    label = "approvals"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs

        register_verbs({"approval.give": _("approved"), "approval.void": _("voided approvals")})
