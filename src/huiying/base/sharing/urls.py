"""Addresses of kept files."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "sharing"
urlpatterns = [path("<int:file_id>/", views.file_detail, name="detail")]
