from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "huiying.learn.reviews"
    label = "reviews"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.ui.registry import NavItem, register_nav, register_slot

        from . import panels, receivers

        receivers.connect()
        register_verbs(
            {
                "review.open": _("opened a review"),
                "review.write": _("wrote in a review"),
                "review.finding": _("added a finding"),
                "review.submit": _("submitted a review"),
                "review.return": _("returned a review"),
                "review.approve": _("approved a review"),
                "action.create": _("added a corrective action"),
                "action.move": _("moved a corrective action"),
            }
        )
        register_nav(NavItem("learn", 20, "reviews:list", _("Reviews"), "review.read"))
        register_nav(NavItem("learn", 30, "reviews:actions", _("Corrective actions"), "review.read"))
        register_slot("incident.panels", "reviews.review", panels.review_panel, order=90)
