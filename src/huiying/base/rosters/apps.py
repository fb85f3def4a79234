from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "huiying.base.rosters"
    label = "rosters"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.sharing.registry import register_subject
        from huiying.base.ui.frame import register_frame_reading
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import receivers, sections
        from .registry import register_handover_section
        from .selectors import readings_now
        from .views import duty_line

        receivers.connect()
        register_verbs({"shift.add": _("added a shift"), "shift.remove": _("removed a shift")})
        register_verbs(
            {
                "rotation.save": _("set up a rotation"),
                "rotation.end": _("ended a rotation"),
                "override.add": _("changed the roster"),
                "override.withdraw": _("withdrew a change of the roster"),
                "calendar.link": _("made a private calendar address"),
            }
        )
        register_verbs(
            {
                "handover.write": _("handed a shift over"),
                "handover.accept": _("took a shift over"),
                "handover.withdraw": _("withdrew a hand-over"),
            }
        )
        register_subject("handover", page="rosters:handover", right="roster.read")
        register_handover_section("clocks", _("Deadlines that run"), sections.clock_lines, order=30)
        register_handover_section("tasks", _("Tasks due within a day"), sections.task_lines, order=40)
        register_nav(NavItem("base", 20, "rosters:list", _("Roster"), "roster.read"))
        for name in ("shifts", "seats", "overrides"):
            register_frame_reading(name, partial(readings_now, name))
        register_slot("frame.status", "rosters.on_duty", duty_line, order=60)
