from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "huiying.base.tasks"
    label = "tasks"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav

        register_verbs(
            {
                "task.create": _("created a task"),
                "task.assign": _("gave a task to somebody"),
                "task.move": _("moved a task"),
                "task.overdue": _("a task is overdue"),
            }
        )
        register_nav(NavItem("respond", 50, "tasks:list", _("Tasks"), "task.read"))
