from django.urls import path

from . import views

app_name = "exercises"
urlpatterns = [path("act-as/<str:username>/", views.act_as, name="act_as")]
