"""The WSGI application behind the ASGI front."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiying.config.settings")
application = get_wsgi_application()
