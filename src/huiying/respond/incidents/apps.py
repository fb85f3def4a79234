from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "huiying.respond.incidents"
    label = "incidents"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.rosters.registry import register_handover_section
        from huiying.base.sharing.registry import register_subject
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import handover, selectors, slots

        register_verbs(
            {
                "incident.open": _("opened the incident"),
                "incident.verify": _("worked through the verification checklist"),
                "incident.move": _("moved the incident"),
                "incident.assess": _("saved an assessment"),
                "incident.grade": _("put the grade in force"),
                "incident.grade_propose": _("proposed a grade"),
                "incident.grade_refuse": _("refused a grade"),
                "incident.command": _("named commander and deputy"),
                "incident.activate": _("put a plan into force"),
                "incident.absorb": _("took up another incident"),
                "incident.crisis_time": _("corrected the crisis time"),
                "incident.log": _("wrote in the decision log"),
                "incident.report": _("filed a duty report"),
                "incident.duty_done": _("recorded a duty as done"),
                "incident.link_story": _("linked a story"),
                "incident.purge": _("destroyed personal information"),
            }
        )
        register_handover_section("incidents", _("Open incidents"), handover.incident_lines, order=10)
        register_nav(
            NavItem("respond", 10, "incidents:list", _("Incidents"), "incident.read", counted=selectors.incidents_open, is_hot=True)
        )
        register_subject("incident", page="incidents:detail", right="incident.read", exists=selectors.is_incident)
        register_slot("warning.actions", "incidents.open", slots.open_from_warning, order=20)
        register_slot("story.actions", "incidents.open", slots.open_from_story, order=40)
        register_slot("story.panels", "incidents.linked", slots.linked_incidents, order=40)
