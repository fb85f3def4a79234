"""Nothing is open unless it says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]
AnyView = TypeVar("AnyView", bound=View)


def public(view: AnyView) -> AnyView:
    """Mark a view as open to everybody."""
    view.is_public = True  # type: ignore[attr-defined]  # an attribute of ours on a function
    return view


class SignInRequiredMiddleware:
    """Send everybody who is not signed in to the sign-in page, except on public views."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Stop the request before the view runs; arguments are Django's, of any type.

        The roles of whoever is signed in are read here once, for everything the page asks later.
        """
        if request.user.is_authenticated:
            prefetch_related_objects([request.user], "grants")
            return None
        if getattr(view, "is_public", False):
            return None
        return redirect_to_login(request.get_full_path())


sign_in_required_middleware = SignInRequiredMiddleware
