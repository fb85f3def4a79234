"""Addresses of the tasks."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "tasks"
urlpatterns = [
    path("", views.task_list, name="list"),
    path("add/", views.task_create_one, name="add"),
    path("<int:task_id>/", views.task_detail, name="detail"),
    path("<int:task_id>/move/", views.task_move_one, name="move"),
    path("<int:task_id>/take/", views.task_take_one, name="take"),
    path("<int:task_id>/assign/", views.task_assign_one, name="assign"),
]
