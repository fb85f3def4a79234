"""Django settings, all from the environment (see environment.py)."""

from __future__ import annotations

import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from . import environment
from .database import database

ENV = environment.read()
STATE = Path(str(ENV["HUIYING_STATE"])).resolve()
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = bool(ENV["HUIYING_DEBUG"])
DEMO = bool(ENV["HUIYING_DEMO"])
SECRET_KEY = environment.secret_key(STATE)
ALLOWED_HOSTS = [host.strip() for host in str(ENV["HUIYING_ALLOWED_HOSTS"]).split(",") if host.strip()]
FETCH_ALLOW = ENV["HUIYING_FETCH_ALLOW"]
CONTACT_URL = str(ENV["HUIYING_CONTACT_URL"])
DROP_FOLDER = Path(str(ENV["HUIYING_DROP_FOLDER"]) or STATE / "drop").resolve()
PUBLIC_URL = str(ENV["HUIYING_PUBLIC_URL"])
CANARY_MINUTES = int(str(ENV["HUIYING_CANARY_MINUTES"]))
RETENTION_DAYS = int(str(ENV["HUIYING_RETENTION_DAYS"]))
SALT_DAYS = int(str(ENV["HUIYING_SALT_DAYS"]))

ROOMS = (
    "base.ui",
    "base.audit",
    "base.accounts",
    "base.live",
    "base.jobs",
    "base.notify",
    "base.sharing",
    "base.clocks",
    "base.approvals",
    "base.tasks",
    "base.rosters",
    "base.escalation",
    "listen.sources",
    "listen.stories",
    "listen.warnings",
    "respond.incidents",
    "respond.plans",
    "respond.statements",
    "respond.dialogue",
    "learn.programme",
    "learn.exercises",
    "learn.reviews",
    "learn.dashboard",
)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    *(f"huiying.{room}" for room in ROOMS if (PACKAGE / room.replace(".", "/") / "apps.py").exists()),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "huiying.base.ui.middleware.language_middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "huiying.base.accounts.middleware.person_middleware",
    "huiying.base.accounts.middleware.sign_in_required_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "huiying.base.ui.middleware.refusals_middleware",
    "huiying.config.middleware.nul_refused_middleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huiying.base.ui.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "huiying.base.ui.templatetags.ui"],
        },
    }
]
ROOT_URLCONF = "huiying.config.urls"
WSGI_APPLICATION = "huiying.config.wsgi.application"
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {"default": database(str(ENV["DATABASE_URL"]), STATE)}

LANGUAGE_CODE = str(ENV["HUIYING_LANGUAGE"])
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "huiying_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = str(ENV["HUIYING_TIME_ZONE"])

STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
MEDIA_ROOT = STATE / "files"

_HTTPS = bool(ENV["HUIYING_HTTPS"])
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_HSTS_SECONDS = 31536000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SESSION_ENGINE = "huiying.base.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
CSRF_FAILURE_VIEW = "huiying.base.ui.middleware.csrf_failure"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
