from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "huiying.listen.stories"
    label = "stories"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav
        from huiying.listen.sources.keepers import register_keeper
        from huiying.listen.sources.narrowing import register_choosing, register_narrowing

        from . import narrowing, receivers  # noqa: F401  imported to register
        from .bursts.selectors import counted_tick
        from .selectors import needless_tick

        register_verbs(
            {
                "watch.add": _("saved a watch"),
                "watch.edit": _("changed a watch"),
                "watch.pause": _("paused a watch"),
                "watch.resume": _("resumed a watch"),
                "watch.remove": _("removed a watch"),
                "matter.join": _("said that two stories are one matter"),
                "matter.leave": _("said that a story is not of the matter it was linked to"),
            }
        )
        register_nav(NavItem("listen", 10, "stories:list", _("Stories"), "story.read"))
        register_nav(NavItem("listen", 31, "stories:watches", _("Watches"), "watch.read", beside="sources:search"))
        register_keeper("stories", needless_tick)
        register_keeper("stories.bursts", counted_tick)
        register_narrowing(narrowing.StoryNarrowing())
        register_choosing(narrowing.MoodChoosing())
