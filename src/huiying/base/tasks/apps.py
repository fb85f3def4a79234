from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "huiying.base.tasks"
    label = "tasks"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav

        from . import receivers

        receivers.connect()
        register_verbs(
            {
                "task.create": _("created a task"),
                "task.assign": _("gave a task to somebody"),
                "task.move": _("moved a task"),
                "task.due": _("gave a task a new due time"),
                "task.remind": _("reminded of a task"),
                "task.wait": _("let a task wait for another"),
                "task.wait_no_more": _("let a task no longer wait for another"),
                "task.overdue": _("a task is overdue"),
            }
        )
        register_verbs(
            {
                "order.issue": _("issued an order"),
                "order.receive": _("signed for an order"),
                "order.remind": _("reminded of an order"),
                "order.answer": _("answered an order"),
                "order.accept": _("accepted the answer to an order"),
                "order.return": _("returned the answer to an order"),
                "order.withdraw": _("withdrew an order"),
                "order.postpone": _("gave an order a new due time"),
            }
        )
        register_nav(NavItem("respond", 50, "tasks:list", _("Tasks"), "task.read"))
