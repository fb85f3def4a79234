from django.urls import path

from . import views

app_name = "warnings"
urlpatterns = [
    path("", views.warning_list, name="list"),
    path("<int:warning_id>/", views.detail, name="detail"),
    path("<int:warning_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<int:warning_id>/dismiss/", views.dismiss, name="dismiss"),
]
