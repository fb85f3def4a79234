"""Nothing is open unless it says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from .models import Person
from .reading import Reader, reading_for
from .services import actor_of
from .sessions import SessionStore

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]
AnyView = TypeVar("AnyView", bound=View)


def public(view: AnyView) -> AnyView:
    """Mark a view as open to everybody."""
    view.is_public = True  # type: ignore[attr-defined]  # an attribute of ours on a function
    return view


def person_middleware(get_response: GetResponse) -> GetResponse:
    """Set ``request.user`` to whoever the session belongs to, read together with the session."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(lambda: _person_of(request))  # type: ignore[assignment]  # it becomes a person when asked
        with reading_for(lambda: _reader_of(request)):
            return get_response(request)

    return middleware


def _reader_of(request: HttpRequest) -> Reader:
    person = request.user
    return Reader(person.pk, actor_of(person).roles) if isinstance(person, Person) else Reader(None)


def _person_of(request: HttpRequest) -> Person | AnonymousUser:
    """Return the person as stored now; one who is not active, or has another password since, is nobody."""
    session = request.session
    signed_in = session.get(SESSION_KEY)
    if signed_in is None:
        return AnonymousUser()
    person, seal = cast(SessionStore, session).person, session.get(HASH_SESSION_KEY, "")
    is_theirs = person is not None and person.is_active and str(person.pk) == signed_in
    if person is not None and is_theirs and constant_time_compare(seal, person.get_session_auth_hash()):
        return person
    session.flush()
    return AnonymousUser()


class SignInRequiredMiddleware:
    """Send everybody who is not signed in to the sign-in page, except on public views."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Stop the request before the view runs; arguments are Django's, of any type."""
        if getattr(view, "is_public", False) or request.user.is_authenticated:
            return None
        return redirect_to_login(request.get_full_path())


sign_in_required_middleware = SignInRequiredMiddleware
