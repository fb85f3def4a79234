"""The address that WebSub hubs call: it answers what we asked for, and takes in what is signed with our secret."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from huiying.base.accounts.middleware import public
from huiying.core.collectors.records import BadFeed

from .. import services

#: Largest delivery read (bytes): the cap of the fetcher.
BODY_LIMIT = 5 * 1024 * 1024


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def hub(request: HttpRequest, callback_key: str) -> HttpResponse:
    """Verify an intent (GET) or take a delivery in (POST).

    A delivery with a wrong signature is answered like a right one and dropped, as the standard
    asks: whoever guesses learns nothing.
    """
    if request.method == "GET":
        return _verified(request, callback_key)
    if len(request.body) > BODY_LIMIT:
        return HttpResponse(status=413)
    try:
        services.hub_delivery(
            callback_key=callback_key,
            body=request.body,
            content_type=request.headers.get("Content-Type", ""),
            signature=request.headers.get("X-Hub-Signature", ""),
            now=timezone.now(),
        )
    except BadFeed:
        return HttpResponse(status=202)  # the next poll reads it, or says why it cannot
    return HttpResponse(status=202)


def _verified(request: HttpRequest, callback_key: str) -> HttpResponse:
    seconds = request.GET.get("hub.lease_seconds", "")
    agreed = services.lease_verify(
        callback_key=callback_key,
        mode=request.GET.get("hub.mode", ""),
        topic=request.GET.get("hub.topic", ""),
        lease_seconds=int(seconds) if seconds.isdecimal() and len(seconds) < 10 else None,
        now=timezone.now(),
    )
    if not agreed:
        return HttpResponse(status=404)
    return HttpResponse(request.GET.get("hub.challenge", ""), content_type="text/plain; charset=utf-8")
