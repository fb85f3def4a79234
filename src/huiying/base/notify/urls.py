from django.urls import path, re_path

from . import views, way_views

app_name = "notify"
urlpatterns = [
    path("", views.messages_list, name="list"),
    path("read/", views.messages_read_all, name="read_all"),
    path("<int:message_id>/open/", views.message_open, name="open"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:message_id>/retry/", views.message_retry, name="retry"),
    re_path(r"^webhooks/(?P<webhook_id>\d+)/(?P<to>on|off)/$", views.webhook_switch, name="webhook_switch"),
    path("ways/", way_views.ways, name="ways"),
    path("ways/of/<int:person_id>/", way_views.ways, name="ways_of"),
    path("ways/<int:way_id>/test/", way_views.way_test, name="way_test"),
    path("ways/<int:way_id>/prove/", way_views.way_prove, name="way_prove"),
    path("ways/<int:way_id>/delay/", way_views.way_delay, name="way_delay"),
    path("ways/<int:way_id>/remove/", way_views.way_remove, name="way_remove"),
    re_path(r"^ways/(?P<way_id>\d+)/(?P<to>on|off)/$", way_views.way_switch, name="way_switch"),
    path("channels/", way_views.channels, name="channels"),
    path("reach/", way_views.reach, name="reach"),
    path("told/", way_views.told, name="told"),
]
