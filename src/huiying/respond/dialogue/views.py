"""The public site, and its rehearsal twin that only people of the house can open."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from huiying.base.accounts.middleware import public
from huiying.base.accounts.selectors import organisation_name
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.core.formats import atom, jsonfeed, schemaorg
from huiying.listen.sources.services import LONGEST_ENQUIRY, enquiry_receive

from . import feeds, site

#: Seconds a page may be served from a cache: short enough that a correction is never hidden for long.
MAX_AGE = 30

Page = Callable[..., HttpResponse]


def _language() -> str:
    return (get_language() or "zh-hans").lower()


def _answer(request: HttpRequest, response: HttpResponse, *, exercise: bool) -> HttpResponse:
    """Add the cache headers; answer 304 when the reader already has exactly this page."""
    if exercise or request.method == "POST":
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

    guarded = require_http_methods(["GET", "HEAD", *TAKES.get(page, ())])(view)
    return guarded if exercise else public(csrf_exempt(guarded))  # nobody is signed in there: a forged request gains nothing


def _render(request: HttpRequest, template: str, context: dict[str, object], *, exercise: bool) -> HttpResponse:
    prefix = "dialogue:rehearsal_" if exercise else "dialogue:"
    names = {name: f"{prefix}{name}" for name in PAGES}
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


def _ask(request: HttpRequest, *, exercise: bool) -> HttpResponse:
    """Take a question; it becomes a post of the organisation's own source, without an author."""
    text = request.POST.get("text", "")
    context: dict[str, object] = {"text": text, "longest": LONGEST_ENQUIRY, "sent": "sent" in request.GET}
    status = 200
    if request.method == "POST":
        try:
            enquiry_receive(now=timezone.now(), text=text, exercise=exercise)
        except (BadInput, NotNow) as error:
            context["error"], status = str(error), 400 if isinstance(error, BadInput) else 429
        else:
            return redirect(f"{request.path}?sent=1")
    answer = _render(request, "dialogue/ask.html", context, exercise=exercise)
    answer.status_code = status
    return answer


#: What a page takes beside being read.
TAKES: dict[Page, tuple[str, ...]] = {_ask: ("POST",)}
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
    "ask": ("ask/", _ask),
}
PUBLIC_VIEWS = {name: _door(page, exercise=False) for name, (_address, page) in PAGES.items()}
REHEARSAL_VIEWS = {name: _door(page, exercise=True) for name, (_address, page) in PAGES.items()}
