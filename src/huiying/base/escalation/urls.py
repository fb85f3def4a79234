"""Addresses of the escalation chains."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "escalation"
urlpatterns = [
    path("", views.chain_list, name="list"),
    path("preflight/", views.preflight, name="preflight"),
    path("chains/<str:level>/", views.chain_edit, name="chain"),
    path("chains/<str:level>/reset/", views.chain_restore, name="reset"),
]
