"""Addresses of the statement room."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "statements"
urlpatterns = [
    path("", views.statement_list, name="list"),
    path("begin/<int:incident_id>/", views.begin, name="begin"),
    path("<int:statement_id>/", views.detail, name="detail"),
    path("<int:statement_id>/edit/", views.edit, name="edit"),
    path("<int:statement_id>/submit/", views.submit, name="submit"),
    path("<int:statement_id>/check/", views.check, name="check"),
    path("<int:statement_id>/legal/", views.legal, name="legal"),
    path("<int:statement_id>/approve/", views.approve, name="approve"),
    path("<int:statement_id>/return/", views.send_back, name="return"),
    path("<int:statement_id>/reject/", views.reject, name="reject"),
    path("<int:statement_id>/renew/", views.renew, name="renew"),
    path("<int:statement_id>/publish/", views.publish, name="publish"),
    path("<int:statement_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:statement_id>/correct/", views.correct, name="correct"),
    path("facts/new/<int:incident_id>/", views.fact_new, name="fact_new"),
    path("facts/<int:fact_id>/verify/", views.fact_verify, name="fact_verify"),
    path("facts/<int:fact_id>/withdraw/", views.fact_withdraw, name="fact_withdraw"),
    path("commitments/<int:commitment_id>/end/", views.commitment_end, name="commitment_end"),
]
