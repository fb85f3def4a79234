from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "huiying.base.accounts"
    label = "accounts"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav
        from huiying.base.ui.rights import set_decider

        from .services import request_may

        set_decider(request_may)

        register_verbs(
            {
                "person.create": _("added a person"),
                "person.roles": _("changed a person's roles"),
                "person.sign_in_link": _("made a one-time sign-in link"),
                "person.sign_in": _("signed in"),
                "organisation.create": _("set up the organisation"),
                "group.set": _("changed a group"),
            }
        )
        register_nav(NavItem("base", 10, "accounts:people", _("People and groups"), "person.read"))
