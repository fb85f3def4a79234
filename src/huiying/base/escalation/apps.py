from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "huiying.base.escalation"
    label = "escalation"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.sharing.registry import register_subject
        from huiying.base.ui.frame import register_frame_reading
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import panels, receivers, selectors

        receivers.connect()
        register_verbs(
            {
                "escalation.start": _("began to tell people"),
                "escalation.acknowledge": _("answered an escalation"),
                "escalation.end": _("ended an escalation"),
                "escalation.exhaust": _("told everybody of the chain, and nobody answered"),
                "chain.save": _("changed an escalation chain"),
                "chain.reset": _("put an escalation chain back"),
                "preflight.run": _("looked ahead at the coming week"),
            }
        )
        register_subject("chain", page="escalation:list", right="roster.read")
        register_subject("preflight", page="escalation:preflight", right="roster.read")
        register_nav(NavItem("base", 21, "escalation:list", _("Escalation"), "roster.read", beside="rosters:list"))
        register_frame_reading("preflight", selectors.breaks_reading)
        register_slot("board.alerts", "escalation.preflight", panels.board_line)
        register_slot("warning.panels", "escalation.runs", panels.runs_panel)
