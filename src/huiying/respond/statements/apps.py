from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatementsConfig(AppConfig):
    name = "huiying.respond.statements"
    label = "statements"
    verbose_name = _("Statements")

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.rosters.registry import register_handover_section
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import handover, panels, selectors

        register_verbs(
            {
                "fact.add": _("added a fact"),
                "fact.verify": _("verified a fact"),
                "fact.withdraw": _("withdrew a fact"),
                "statement.draft": _("began a statement"),
                "statement.write": _("changed the text"),
                "statement.correct": _("began a correction"),
                "statement.submit": _("handed in the text"),
                "statement.check": _("checked the facts"),
                "statement.legal": _("passed the legal review"),
                "statement.approve": _("approved the text"),
                "statement.return": _("returned the text"),
                "statement.reject": _("rejected the text"),
                "statement.renew": _("asked for approval again"),
                "statement.expire": _("let the approval expire"),
                "statement.publish": _("published the statement"),
                "statement.withdraw_ask": _("asked to withdraw the statement"),
                "statement.withdraw": _("withdrew the statement"),
                "commitment.kept": _("kept a promise"),
                "commitment.late": _("kept a promise late"),
                "commitment.broken": _("said that a promise is broken"),
            }
        )
        register_handover_section("promises", _("Promises to keep"), handover.promise_lines, order=20)
        register_nav(NavItem("respond", 30, "statements:list", _("Statements"), "statement.read", counted=selectors.running_statements))
        register_slot("incident.panels", "statements.facts", panels.facts_panel, order=40)
        register_slot("incident.panels", "statements.statements", panels.statements_panel, order=45)
        register_slot("incident.actions", "statements.begin", panels.begin_action, order=40)
