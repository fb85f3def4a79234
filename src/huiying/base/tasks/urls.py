"""Addresses of the tasks."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "tasks"
urlpatterns = [
    path("", views.task_list, name="list"),
    path("board/", views.task_board, name="board"),
    path("departments/", views.department_list, name="departments"),
    path("add/", views.task_add, name="add"),
    path("bulk/", views.task_bulk, name="bulk"),
    path("<int:task_id>/", views.task_detail, name="detail"),
    path("<int:task_id>/part/", views.task_part, name="part"),
    path("<int:task_id>/move/", views.task_move_one, name="move"),
    path("<int:task_id>/take/", views.task_take_one, name="take"),
    path("<int:task_id>/assign/", views.task_assign_one, name="assign"),
    path("<int:task_id>/due/", views.task_due_one, name="due"),
    path("<int:task_id>/wait/", views.task_wait_one, name="wait"),
    path("<int:task_id>/order/", views.order_act, name="order"),
    path("<int:task_id>/comment/", views.task_comment, name="comment"),
    path("<int:task_id>/file/", views.task_file, name="file"),
]
