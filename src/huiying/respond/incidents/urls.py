"""Addresses of the incident rooms."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "incidents"
urlpatterns = [
    path("", views.incident_list, name="list"),
    path("new/", views.open_, name="open"),
    path("<int:incident_id>/", views.detail, name="detail"),
    path("<int:incident_id>/timeline/", views.timeline, name="timeline"),
    path("<int:incident_id>/report/", views.situation_report, name="situation_report"),
    path("<int:incident_id>/confirm/", views.confirm, name="confirm"),
    path("<int:incident_id>/assess/", views.assess, name="assess"),
    path("<int:incident_id>/grade/", views.grade, name="grade"),
    path("<int:incident_id>/grade/<int:decision_id>/accept/", views.grade_accept, name="grade_accept"),
    path("<int:incident_id>/grade/<int:decision_id>/refuse/", views.grade_refuse, name="grade_refuse"),
    path("<int:incident_id>/command/", views.command, name="command"),
    path("<int:incident_id>/move/", views.move, name="move"),
    path("<int:incident_id>/merge/", views.merge, name="merge"),
    path("<int:incident_id>/crisis-time/", views.crisis_time, name="crisis_time"),
    path("<int:incident_id>/log/", views.log, name="log"),
    path("<int:incident_id>/duty-report/", views.duty_report, name="duty_report"),
    path("<int:incident_id>/duty/<slug:rule_key>/done/", views.duty_done, name="duty_done"),
    path("<int:incident_id>/clock/<int:clock_id>/waive/", views.clock_waive, name="clock_waive"),
    path("<int:incident_id>/task/", views.task, name="task"),
    path("<int:incident_id>/story/", views.story, name="story"),
    path("<int:incident_id>/comment/", views.comment, name="comment"),
    path("<int:incident_id>/file/", views.file, name="file"),
    path("<int:incident_id>/purge/", views.purge, name="purge"),
]
