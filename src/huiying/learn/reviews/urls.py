"""Addresses of reviews and corrective actions."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "reviews"
urlpatterns = [
    path("", views.review_list, name="list"),
    path("<int:review_id>/", views.review_detail, name="detail"),
    path("<int:review_id>/findings/", views.finding_create, name="finding"),
    path("<int:review_id>/submit/", views.review_submit_one, name="submit"),
    path("<int:review_id>/return/", views.review_return_one, name="return"),
    path("<int:review_id>/approve/", views.review_approve_one, name="approve"),
    path("findings/<int:finding_id>/actions/", views.action_create_one, name="action_add"),
    path("actions/", views.action_list, name="actions"),
    path("actions/<int:action_id>/", views.action_detail, name="action"),
    path("actions/<int:action_id>/move/", views.action_move_one, name="action_move"),
]
