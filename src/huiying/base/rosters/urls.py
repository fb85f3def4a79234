"""Addresses of the roster."""

from __future__ import annotations

from django.urls import path

from . import handover_views, views

app_name = "rosters"
urlpatterns = [
    path("", views.shift_list, name="list"),
    path("add/", views.shift_create, name="add"),
    path("<int:shift_id>/remove/", views.shift_delete, name="remove"),
    path("handovers/", handover_views.handover_list, name="handovers"),
    path("handovers/write/", handover_views.handover_create, name="handover_write"),
    path("handovers/<int:handover_id>/", handover_views.handover_detail, name="handover"),
    path("handovers/<int:handover_id>/accept/", handover_views.handover_accept_one, name="handover_accept"),
    path("handovers/<int:handover_id>/withdraw/", handover_views.handover_withdraw_one, name="handover_withdraw"),
]
