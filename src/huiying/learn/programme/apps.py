from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "huiying.learn.programme"
    label = "programme"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.sharing.registry import register_subject
        from huiying.base.ui.registry import NavItem, register_nav

        from . import receivers, rules

        receivers.connect()
        register_verbs(
            {
                "objective.add": _("set an objective"),
                "objective.change": _("changed an objective"),
                "objective.reading": _("noted a reading"),
                "objective.move": _("moved an objective"),
                "series.add": _("set up a series of meetings"),
                "series.change": _("changed a series of meetings"),
                "series.end": _("ended a series of meetings"),
                "meeting.plan": _("planned a meeting"),
                "meeting.agenda": _("wrote an agenda"),
                "meeting.record": _("recorded a meeting"),
                "meeting.decide": _("recorded a decision"),
                "meeting.cancel": _("called a meeting off"),
                "meeting.miss": _("a meeting was missed"),
                "risk.add": _("entered a risk"),
                "risk.change": _("changed a risk"),
                "risk.review": _("reviewed a risk"),
                "risk.move": _("moved a risk"),
            }
        )
        for kind, page in ((rules.OBJECTIVE, "objective"), (rules.SERIES, "series"), (rules.MEETING, "meeting"), (rules.RISK, "risk")):
            register_subject(kind, page=f"programme:{page}", right="programme.read")
        register_nav(NavItem("learn", 60, "programme:list", _("Objectives"), "programme.read"))
        register_nav(NavItem("learn", 70, "programme:meetings", _("Meetings"), "programme.read"))
        register_nav(NavItem("learn", 80, "programme:risks", _("Risk register"), "programme.read"))
