"""Addresses of the clocks."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "clocks"
urlpatterns = [
    path("", views.clock_list, name="list"),
    path("<int:clock_id>/waive/", views.clock_waive_one, name="waive"),
]
