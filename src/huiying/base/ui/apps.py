from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "huiying.base.ui"
    label = "ui"
