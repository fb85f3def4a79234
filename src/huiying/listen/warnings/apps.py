from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WarningsConfig(AppConfig):
    name = "huiying.listen.warnings"
    label = "warnings"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.rosters.rules import register_own_alarm
        from huiying.base.sharing.registry import register_subject
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import panels, receivers, selectors
        from .notices.rules import RENEW_CLOCK

        register_verbs(
            {
                "warning.propose": _("proposed a warning"),
                "warning.raise": _("raised a warning"),
                "warning.lower": _("lowered a warning"),
                "warning.acknowledge": _("acknowledged a warning"),
                "warning.dismiss": _("dismissed a warning"),
                "warning.open": _("opened an incident from a warning"),
                "warning.escalate": _("brought an unanswered warning to the commander"),
                "warning.judge": _("judged the worth of an alarm"),
                "ruleset.save": _("wrote warning rules"),
                "ruleset.test": _("asked for a back-test of warning rules"),
                "ruleset.submit": _("submitted warning rules for review"),
                "ruleset.return": _("returned warning rules to their writers"),
                "ruleset.withdraw": _("withdrew warning rules"),
                "ruleset.enforce": _("put warning rules in force"),
                "ruleset.supersede": _("replaced warning rules"),
                "notice.draft": _("wrote a warning notice"),
                "notice.issue": _("confirmed and issued a warning notice"),
                "notice.propose": _("proposed to downgrade a warning notice"),
                "notice.upgrade": _("upgraded a warning notice"),
                "notice.downgrade": _("confirmed the downgrade of a warning notice"),
                "notice.renew": _("renewed a warning notice"),
                "notice.lift": _("lifted a warning notice"),
                "notice.cancel": _("cancelled a warning notice"),
                "notice.overdue": _("noted that a warning notice is past its end"),
                "warning.follow": _("moved a warning to the story that its own was merged into"),
            }
        )
        register_nav(NavItem("listen", 20, "warnings:list", _("Warnings"), "warning.read", selectors.unacknowledged, is_hot=True))
        overdue, head = selectors.notices_overdue, "warnings:list"
        register_nav(NavItem("listen", 21, "warnings:notices", _("Issued warnings"), "warning.read", overdue, is_hot=True, beside=head))
        register_nav(NavItem("listen", 22, "warnings:rules", _("Warning rules"), "warning.read", beside=head))
        register_subject("notice", page="warnings:notice", right="warning.read")
        register_subject("ruleset", page="warnings:ruleset", right="warning.read")
        register_own_alarm("notice", RENEW_CLOCK)
        register_slot("story.panels", "warnings", panels.story_panel, order=10)
        receivers.connect()
