from django.urls import path

from . import views

app_name = "dashboard"
urlpatterns = [
    path("", views.board, name="board"),
    path("wall/", views.wall, name="wall"),
]
