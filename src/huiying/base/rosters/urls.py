"""Addresses of the roster."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "rosters"
urlpatterns = [
    path("", views.shift_list, name="list"),
    path("add/", views.shift_create, name="add"),
    path("<int:shift_id>/remove/", views.shift_delete, name="remove"),
]
