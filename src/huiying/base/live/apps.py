from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "huiying.base.live"
    label = "live"
