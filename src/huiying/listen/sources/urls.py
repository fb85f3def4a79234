from django.urls import path

from . import views

app_name = "sources"
urlpatterns = [
    path("", views.sources_list, name="list"),
    path("add/", views.source_add, name="add"),
    path("search/", views.search, name="search"),
    path("report/", views.report, name="report"),
    path("quarantine/", views.quarantine, name="quarantine"),
    path("quarantine/<int:quarantine_id>/replay/", views.quarantine_replay, name="quarantine_replay"),
    path("quarantine/<int:quarantine_id>/discard/", views.quarantine_discard, name="quarantine_discard"),
    path("<int:source_id>/", views.source_detail, name="detail"),
    path("<int:source_id>/pause/", views.source_pause, name="pause"),
    path("<int:source_id>/resume/", views.source_resume, name="resume"),
]
