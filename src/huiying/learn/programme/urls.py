"""Addresses of the programme room."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from .views import meetings, objectives, risks

app_name = "programme"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="programme:list")),
    path("objectives/", objectives.objective_list, name="list"),
    path("objectives/add/", objectives.objective_create, name="objective_add"),
    path("objectives/<int:objective_id>/", objectives.objective_detail, name="objective"),
    path("objectives/<int:objective_id>/edit/", objectives.objective_edit, name="objective_edit"),
    path("objectives/<int:objective_id>/readings/", objectives.reading_create, name="reading_add"),
    path("objectives/<int:objective_id>/move/", objectives.objective_move_one, name="objective_move"),
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/<int:meeting_id>/", meetings.meeting_detail, name="meeting"),
    path("meetings/<int:meeting_id>/agenda/", meetings.agenda_write, name="agenda"),
    path("meetings/<int:meeting_id>/minutes/", meetings.minutes_write, name="minutes"),
    path("meetings/<int:meeting_id>/decisions/", meetings.decision_create, name="decision_add"),
    path("meetings/<int:meeting_id>/cancel/", meetings.meeting_cancel_one, name="meeting_cancel"),
    path("series/add/", meetings.series_create, name="series_add"),
    path("series/<int:series_id>/", meetings.series_detail, name="series"),
    path("series/<int:series_id>/edit/", meetings.series_edit, name="series_edit"),
    path("series/<int:series_id>/end/", meetings.series_end_one, name="series_end"),
    path("risks/", risks.risk_list, name="risks"),
    path("risks/add/", risks.risk_create, name="risk_add"),
    path("risks/known/", risks.known_load, name="risks_known"),
    path("risks/<int:risk_id>/", risks.risk_detail, name="risk"),
    path("risks/<int:risk_id>/edit/", risks.risk_edit, name="risk_edit"),
    path("risks/<int:risk_id>/review/", risks.review_create, name="risk_review"),
    path("risks/<int:risk_id>/move/", risks.risk_move_one, name="risk_move"),
]
