from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What the log calls the acts of this room.
VERBS: dict[str, str | Promise] = {
    "incident.open": _("opened the incident"),
    "incident.verify": _("worked through the verification checklist"),
    "incident.move": _("moved the incident"),
    "incident.assess": _("saved an assessment"),
    "incident.grade": _("put the grade in force"),
    "incident.grade_propose": _("proposed a grade"),
    "incident.grade_refuse": _("refused a grade"),
    "incident.grade_review": _("judged a grade afterwards"),
    "incident.command": _("named commander and deputy"),
    "incident.activate": _("put a plan into force"),
    "incident.absorb": _("took up another incident"),
    "incident.crisis_time": _("corrected the crisis time"),
    "incident.log": _("wrote in the decision log"),
    "incident.report": _("filed a duty report"),
    "incident.consult": _("recorded a consultation"),
    "incident.invite": _("called somebody in"),
    "incident.invitation_answer": _("answered an invitation"),
    "incident.task_force": _("formed the task force"),
    "incident.task_force_join": _("took somebody into the task force"),
    "incident.task_force_leave": _("let somebody go from the task force"),
    "expert.save": _("changed the list of experts"),
    "incident.duty_done": _("recorded a duty as done"),
    "incident.link_story": _("linked a story"),
    "incident.purge": _("destroyed personal information"),
    "incident.retain": _("signed that personal information is kept longer"),
    "incident.survey": _("scheduled the satisfaction survey"),
    "incident.circle": _("changed who may read the incident"),
    "incident.split": _("split the incident"),
    "incident.follow_up": _("opened a follow-up incident"),
    "incident.tie": _("tied the incident to an older one"),
    "incident.hand_over": _("handed command over"),
    "incident.take_over": _("took command"),
    "incident.hand_over_withdraw": _("withdrew a hand-over of command"),
}


class IncidentsConfig(AppConfig):
    name = "huiying.respond.incidents"
    label = "incidents"

    def ready(self) -> None:
        from huiying.base.audit.registry import register_hidden
        from huiying.base.audit.services import register_verbs
        from huiying.base.live.registry import register_topic
        from huiying.base.rosters.registry import register_handover_section
        from huiying.base.sharing.registry import register_subject
        from huiying.base.ui.registry import NavItem, register_nav, register_slot
        from huiying.listen.warnings.truths import register_incidents

        from . import handover, selectors, slots

        register_verbs(VERBS)
        register_incidents("incidents", selectors.graded_between)
        register_handover_section("incidents", _("Open incidents"), handover.incident_lines, order=10)
        register_nav(
            NavItem("respond", 10, "incidents:list", _("Incidents"), "incident.read", counted=selectors.incidents_open, is_hot=True)
        )
        register_nav(
            NavItem("respond", 12, "incidents:grade_reviews", _("Grades looked back on"), "incident.read", beside="incidents:list")
        )
        register_nav(NavItem("respond", 13, "incidents:experts", _("Experts and care roles"), "incident.read", beside="incidents:list"))
        register_subject("expert", page="incidents:expert", right="incident.move")
        register_subject(
            "incident", page="incidents:detail", right="incident.read", exists=selectors.is_incident, readers=selectors.readers_of
        )
        register_hidden("incident", selectors.hidden_incidents)
        register_topic("incident", right="incident.read", allowed=selectors.watchable)
        register_slot("warning.actions", "incidents.open", slots.open_from_warning, order=20)
        register_slot("story.actions", "incidents.open", slots.open_from_story, order=40)
        register_slot("story.panels", "incidents.linked", slots.linked_incidents, order=40)
