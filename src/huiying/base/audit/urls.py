from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [
    path("", views.entries_list, name="list"),
    path("verify/", views.chain_verify, name="verify"),
]
