from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("", views.people, name="people"),
    path("groups/<str:kind>/", views.group, name="group"),
    path("<int:person_id>/link/", views.link, name="link"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("enter/<str:secret>/", views.enter, name="enter"),
    path("me/", views.me, name="me"),
]
