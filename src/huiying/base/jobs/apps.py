from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "huiying.base.jobs"
    label = "jobs"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav

        from .selectors import jobs_dead

        register_verbs({"job.rerun": _("ran a failed job again")})
        register_nav(NavItem("base", 80, "jobs:list", _("Machine work"), "job.manage", counted=jobs_dead, is_hot=True))
