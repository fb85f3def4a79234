from django.urls import path

from . import views
from .bursts import views as bursts
from .matters import views as matters
from .watches import views as watches

app_name = "stories"
urlpatterns = [
    path("", views.story_list, name="list"),
    path("<int:story_id>/", views.story_detail, name="detail"),
    path("<int:story_id>/matter/join/", matters.join, name="matter_join"),
    path("<int:story_id>/matter/leave/", matters.leave, name="matter_leave"),
    path("louder/", bursts.bursts, name="bursts"),
    path("watches/", watches.watches, name="watches"),
    path("watches/add/", watches.watch_edit, name="watch_add"),
    path("watches/<int:watch_id>/", watches.watch, name="watch"),
    path("watches/<int:watch_id>/edit/", watches.watch_edit, name="watch_edit"),
    path("watches/<int:watch_id>/pause/", watches.watch_act, {"act": "pause"}, name="watch_pause"),
    path("watches/<int:watch_id>/resume/", watches.watch_act, {"act": "resume"}, name="watch_resume"),
    path("watches/<int:watch_id>/remove/", watches.watch_act, {"act": "remove"}, name="watch_remove"),
]
