from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("", views.jobs_list, name="list"),
    path("<int:job_id>/rerun/", views.job_rerun, name="rerun"),
]
