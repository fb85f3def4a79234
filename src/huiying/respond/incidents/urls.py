"""Addresses of the incident rooms."""

from __future__ import annotations

from django.urls import path

from . import views
from .views import standing

app_name = "incidents"
urlpatterns = [
    path("", views.incident_list, name="list"),
    path("new/", views.open_, name="open"),
    path("<int:incident_id>/", views.detail, name="detail"),
    path("<int:incident_id>/timeline/", views.timeline, name="timeline"),
    path("experts/", views.expert_list, name="experts"),
    path("experts/new/", views.expert_edit, name="expert_new"),
    path("experts/<int:expert_id>/", views.expert_edit, name="expert"),
    path("<int:incident_id>/people/", views.people, name="people"),
    path("<int:incident_id>/people/invite/", views.invite, name="invite"),
    path("<int:incident_id>/people/invitations/<int:invitation_id>/", views.invitation, name="invitation"),
    path("<int:incident_id>/people/task-force/", views.task_force, name="task_force"),
    path("<int:incident_id>/people/task-force/join/", views.task_force_join, name="task_force_join"),
    path("<int:incident_id>/people/task-force/<int:seat_id>/leave/", views.task_force_leave, name="task_force_leave"),
    path("<int:incident_id>/told/", views.told, name="told"),
    path("<int:incident_id>/consultations/", views.consultation_list, name="consultations"),
    path("<int:incident_id>/consultations/record/", views.consult, name="consult"),
    path("grades/", views.grade_reviews, name="grade_reviews"),
    path("grades/<int:incident_id>/", views.grade_review, name="grade_review"),
    path("<int:incident_id>/report/", views.situation_report, name="situation_report"),
    path("<int:incident_id>/report.<str:form>", views.situation_file, name="situation_file"),
    path("<int:incident_id>/reports/", views.report_list, name="reports"),
    path("<int:incident_id>/reports/<int:number>/", views.report, name="report"),
    path("<int:incident_id>/assessments/", views.assessment_list, name="assessments"),
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
    path("<int:incident_id>/split/", standing.split, name="split"),
    path("<int:incident_id>/follow-up/", standing.follow_up, name="follow_up"),
    path("<int:incident_id>/circle/", standing.circle, name="circle"),
    path("<int:incident_id>/survey/", standing.survey, name="survey"),
    path("<int:incident_id>/retention/", standing.retention, name="retention"),
    path("<int:incident_id>/hand-over/", standing.hand_over, name="hand_over"),
    path("<int:incident_id>/hand-over/<int:handover_id>/", standing.handover, name="handover"),
    path("<int:incident_id>/hand-over/<int:handover_id>/accept/", standing.handover_accept, name="handover_accept"),
    path("<int:incident_id>/hand-over/<int:handover_id>/withdraw/", standing.handover_withdraw, name="handover_withdraw"),
]
