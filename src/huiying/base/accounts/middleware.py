"""Nothing is open unless it says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.is_public = True  # type: ignore[attr-defined]  # an attribute of ours on a function
    return view


class SignInRequiredMiddleware:
    """Send everybody who is not signed in to the sign-in page, except on public views."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        """Stop the request before the view runs; arguments are Django's, of any type."""
        if request.user.is_authenticated or getattr(view, "is_public", False):
            return None
        return redirect_to_login(request.get_full_path())


sign_in_required_middleware = SignInRequiredMiddleware
