from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "huiying.base.sharing"
    label = "sharing"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs

        register_verbs({"file.add": _("added a file"), "file.destroy": _("destroyed a file"), "comment.add": _("wrote a comment")})
