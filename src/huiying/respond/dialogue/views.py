"""The public site, and its rehearsal twin that only people of the house can open."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiying.base.accounts.middleware import public
from huiying.base.accounts.selectors import organisation_name
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import NotThere
from huiying.core.formats import atom, jsonfeed, schemaorg

from . import feeds, site

#: Seconds a page may be served from a cache: short enough that a correction is never hidden for long.
MAX_AGE = 30

Page = Callable[..., HttpResponse]


def _language() -> str:
    return (get_language() or "zh-hans").lower()


def _answer(request: HttpRequest, response: HttpResponse, *, exercise: bool) -> HttpResponse:
    """Add the cache headers; answer 304 when the reader already has exactly this page."""
    if exercise:
        patch_cache_control(response, private=True, no_store=True)
        return response
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _door(page: Page, *, exercise: bool) -> Page:
    """Make the public view of a page, or its rehearsal twin behind the sign-in."""

    def view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if exercise:
            require(actor_of(request.user), "statement.read")
        return _answer(request, page(request, *args, exercise=exercise, **kwargs), exercise=exercise)

    guarded = require_safe(view)
    return guarded if exercise else public(guarded)


def _render(request: HttpRequest, template: str, context: dict[str, object], *, exercise: bool) -> HttpResponse:
    prefix = "dialogue:rehearsal_" if exercise else "dialogue:"
    names = {name: f"{prefix}{name}" for name in ("home", "matter", "statement", "text", "schema", "policy", "feed_atom", "feed_json")}
    shared = {
        "organisation_name": organisation_name() or _("Public statements"),
        "exercise": exercise,
        "to": names,
        "language": _language(),
    }
    return render(request, template, shared | context)


def _home(request: HttpRequest, *, exercise: bool) -> HttpResponse:
    found = site.matters(_language(), exercise=exercise)
    context: dict[str, object] = {"matter": found[0] if found else None, "others": found[1:]}
    return _render(request, "dialogue/matter.html", context, exercise=exercise)


def _matter(request: HttpRequest, number: int, *, exercise: bool) -> HttpResponse:
    found = site.matters(_language(), exercise=exercise)
    matter = next((matter for matter in found if matter.key == number), None)
    if matter is None:
        raise NotThere(_("There is no matter %(number)s.") % {"number": number})
    others = [other for other in found if other.key != number]
    return _render(request, "dialogue/matter.html", {"matter": matter, "others": others}, exercise=exercise)


def _statement(request: HttpRequest, number: int, *, exercise: bool) -> HttpResponse:
    entry, correction = site.entry(number, _language(), exercise=exercise)
    return _render(request, "dialogue/statement.html", {"entry": entry, "correction": correction}, exercise=exercise)


def _text(request: HttpRequest, number: int, *, exercise: bool) -> HttpResponse:
    """Serve the exact bytes that were signed: their SHA-256 is the one on the page."""
    entry, _correction = site.entry(number, _language(), exercise=exercise)
    if entry.withdrawn_at:
        return HttpResponse(status=410, content_type="application/json")
    return HttpResponse(entry.text.encode(), content_type="application/json; charset=utf-8")


def _schema(request: HttpRequest, number: int, *, exercise: bool) -> HttpResponse:
    entry, correction = site.entry(number, _language(), exercise=exercise)
    document = schemaorg.special_announcement(feeds.announcement(request, entry, correction, _language()))
    return HttpResponse(document, content_type=schemaorg.MEDIA_TYPE)


def _feed_atom(request: HttpRequest, *, exercise: bool) -> HttpResponse:
    return HttpResponse(atom.atom(feeds.build(request, _language(), "feed_atom", exercise=exercise)), content_type=atom.MEDIA_TYPE)


def _feed_json(request: HttpRequest, *, exercise: bool) -> HttpResponse:
    return HttpResponse(
        jsonfeed.json_feed(feeds.build(request, _language(), "feed_json", exercise=exercise)), content_type=jsonfeed.MEDIA_TYPE
    )


def _policy(request: HttpRequest, *, exercise: bool) -> HttpResponse:
    return _render(request, "dialogue/policy.html", {}, exercise=exercise)


#: name -> (address below the site's root, page)
PAGES: dict[str, tuple[str, Page]] = {
    "home": ("", _home),
    "matter": ("matters/<int:number>/", _matter),
    "statement": ("statements/<int:number>/", _statement),
    "text": ("statements/<int:number>/text.json", _text),
    "schema": ("statements/<int:number>/schema.json", _schema),
    "feed_atom": ("feed.atom", _feed_atom),
    "feed_json": ("feed.json", _feed_json),
    "policy": ("policy/", _policy),
}
PUBLIC_VIEWS = {name: _door(page, exercise=False) for name, (_address, page) in PAGES.items()}
REHEARSAL_VIEWS = {name: _door(page, exercise=True) for name, (_address, page) in PAGES.items()}
