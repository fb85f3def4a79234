from django.urls import path

from . import views

app_name = "plans"
urlpatterns = [
    path("", views.plan_list, name="list"),
    path("load/", views.builtin_load, name="load"),
    path("<int:version_id>/", views.plan_detail, name="detail"),
    path("<int:version_id>/text/", views.plan_text, name="text"),
    path("activate/<int:incident_id>/", views.activate, name="activate"),
    path("posts/<int:slot_id>/", views.post_fill, name="post"),
]
