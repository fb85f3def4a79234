from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExercisesConfig(AppConfig):
    name = "huiying.learn.exercises"
    label = "exercises"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import register_slot

        from .strip import render_strip

        register_verbs({"exercise.act_as": _("went on as another demo person")})
        register_slot("frame.banner", "exercise", render_strip, order=10)
