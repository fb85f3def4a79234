from django.urls import path, re_path

from . import views

app_name = "notify"
urlpatterns = [
    path("", views.messages_list, name="list"),
    path("read/", views.messages_read_all, name="read_all"),
    path("<int:message_id>/open/", views.message_open, name="open"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:message_id>/retry/", views.message_retry, name="retry"),
    re_path(r"^webhooks/(?P<webhook_id>\d+)/(?P<to>on|off)/$", views.webhook_switch, name="webhook_switch"),
]
