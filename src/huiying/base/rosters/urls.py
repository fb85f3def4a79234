"""Addresses of the roster."""

from __future__ import annotations

from django.urls import path

from . import handover_views, rotation_views, views

app_name = "rosters"
urlpatterns = [
    path("", views.shift_list, name="list"),
    path("add/", views.shift_create, name="add"),
    path("<int:shift_id>/remove/", views.shift_delete, name="remove"),
    path("month/", views.month, name="month"),
    path("overrides/add/", views.override_create, name="override_add"),
    path("overrides/<int:override_id>/withdraw/", views.override_delete, name="override_withdraw"),
    path("rotations/", rotation_views.rotation_list, name="rotations"),
    path("rotations/new/", rotation_views.rotation_edit, name="rotation_new"),
    path("rotations/<int:rotation_id>/", rotation_views.rotation_edit, name="rotation"),
    path("rotations/<int:rotation_id>/end/", rotation_views.rotation_stop, name="rotation_end"),
    path("calendar/", rotation_views.calendar_link, name="calendar"),
    path("calendar/<str:secret>.ics", rotation_views.calendar_feed, name="calendar_feed"),
    path("handovers/", handover_views.handover_list, name="handovers"),
    path("handovers/write/", handover_views.handover_create, name="handover_write"),
    path("handovers/<int:handover_id>/", handover_views.handover_detail, name="handover"),
    path("handovers/<int:handover_id>/accept/", handover_views.handover_accept_one, name="handover_accept"),
    path("handovers/<int:handover_id>/withdraw/", handover_views.handover_withdraw_one, name="handover_withdraw"),
]
