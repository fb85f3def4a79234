"""What is refused before any page sees it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from huiying.base.ui.middleware import refusal_page


def nul_refused_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse a NUL in the address: PostgreSQL keeps none, SQLite would find nothing; both say so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            return refusal_page(request, 400, _("Something you sent is too long, or holds a character that cannot be kept. Change it."))
        return get_response(request)

    return middleware
