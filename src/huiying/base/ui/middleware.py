"""The reader's language, and refusals turned into pages."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from .errors import HuiyingError

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


def language_middleware(get_response: GetResponse) -> GetResponse:
    """Activate ``?lang=``, else the cookie, else the browser's wish, else the installation's language."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang", "").lower()
        known = dict(settings.LANGUAGES)
        language = asked if asked in known else translation.get_language_from_request(request)
        if asked not in known and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and not request.headers.get("Accept-Language"):
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Vary", "Accept-Language, Cookie")
        if asked in known:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, asked, max_age=365 * 86400, samesite="Lax", httponly=True)
        return response

    return middleware


class RefusalsMiddleware:
    """Turn a HuiyingError into a page (or JSON) with its own status and its own words, and bad data into a 400."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer known refusals; anything else stays an error to be seen."""
        if isinstance(exception, HuiyingError):
            return refusal_page(request, exception.status_code, str(exception))
        if isinstance(exception, DataError):  # PostgreSQL keeps no NUL and no text longer than its column
            log.warning("%s %s held what the database cannot keep.", request.method, request.path, exc_info=exception)
            return refusal_page(request, 400, _("Something you sent is too long, or holds a character that cannot be kept. Change it."))
        return None


refusals_middleware = RefusalsMiddleware


def refusal_page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """Return the page that says what was refused, why, and the way back."""
    if "application/json" in request.headers.get("Accept", ""):
        return HttpResponse(json.dumps({"error": message}, ensure_ascii=False), status=status, content_type="application/json")
    titles = {
        400: _("That could not be used"),
        403: _("Not with your roles"),
        404: _("Not found"),
        409: _("Not now"),
        429: _("Too many tries"),
    }
    context = {
        "message": message,
        "refusal_title": titles.get(status, titles[400]),
        "status": status,
        "back": request.headers.get("Referer", ""),
    }
    return render(request, "ui/refusal.html", context, status=status)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words that a form was too old."""
    return refusal_page(request, 403, _("This form is too old or came from another site. Go back, reload the page and send it again."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that no room has."""
    return refusal_page(request, 404, _("There is nothing at this address. Check it, or start from the duty board."))
