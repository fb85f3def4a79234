"""What is delivered to us: uploads with a look before anything is stored, the drop folder, webhooks."""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiying.base.accounts.middleware import public
from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput, NotThere
from huiying.core.collectors.contract import BadOption
from huiying.core.collectors.records import BadFeed, Unreadable
from huiying.core.collectors.webhook import CONNECTOR as WEBHOOK
from huiying.core.collectors.webhook.parsing import BODY_LIMIT, read_call
from huiying.core.collectors.webhook.verification import NotGenuine, verified

from ..dropping import drop_folder, folder_of
from ..forms_files import FIELD_LABELS, ReadingForm, UploadForm, columns_said
from ..rules.calls import Buckets
from ..rules.files import OPEN_STATES
from ..rules.source import SourceState
from ..saying import in_words
from ..selectors.files import file_sources, files_ahead, taken_file, taken_files
from ..services import delivery
from ..services.secrets import SealBroken
from ..wording import option_words

ROWS = 50
#: Unreadable records of one call that are named in the answer.
_NAMED = 20
#: Tokens of this process; with several web processes each sender has as many buckets.
_BUCKETS = Buckets()


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """Show what was delivered, and take an upload."""
    actor = actor_of(request.user)
    require(actor, "source.read")
    may_manage, sources = may(actor.roles, "source.manage"), file_sources()
    form = UploadForm(sources, request.POST or None, request.FILES or None, initial={"source": request.GET.get("source", "")})
    if request.method == "POST":
        require(actor, "source.manage")
        if form.is_valid():
            sent = form.cleaned_data["file"]
            source_id = form.cleaned_data["source"]
            try:
                kept = delivery.upload_keep(actor=actor, now=timezone.now(), source_id=source_id, name=sent.name, chunks=sent.chunks())
            except BadInput as error:
                form.add_error("file", str(error))
            else:
                return redirect("sources:upload", kept.token)
    context = {
        "form": form if may_manage else None,
        "page": Paginator(taken_files(), ROWS).get_page(request.GET.get("page")),
        "folders": [(source, folder_of(source)) for source in sources] if may_manage else [],
        "drop_folder": drop_folder(),
    }
    return render(request, "sources/files.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, token: str) -> HttpResponse:
    """Show what an uploaded file would bring, look at it another way, or have it read."""
    actor, now = actor_of(request.user), timezone.now()
    pending = delivery.upload_of(actor=actor, token=token)
    source = delivery.file_source(pending.source_id)
    form = ReadingForm(request.POST if request.method == "POST" else source.options)
    options: dict[str, object] = dict(source.options)
    fault = ""
    if request.method == "POST" and form.is_valid():
        try:
            options = _options(request, form.cleaned_data, delivery.layout_of(source, {}).preset.names)
            if "take" in request.POST:
                return redirect("sources:file", delivery.upload_take(actor=actor, now=now, token=token, options=options).pk)
        except BadOption as error:
            fault = option_words(error)
        except BadInput as error:
            fault = str(error)
    found = delivery.upload_look(pending=pending, options=options, now=now)
    labels = [(name, FIELD_LABELS[name]) for name in delivery.layout_of(source, {}).preset.names]
    as_read = f"{options.get('delimiter') or ''}/{options.get('encoding') or ''}"
    context = {"pending": pending, "source": source, "form": form, "found": found, "labels": labels, "as_read": as_read, "fault": fault}
    return render(request, "sources/upload.html", context, status=400 if form.errors or fault else 200)


def _options(request: HttpRequest, said: dict[str, object], fields: Iterable[str]) -> dict[str, object]:
    """Return the options that were chosen; columns named under another delimiter or encoding no longer exist."""
    options = {key: value for key, value in said.items() if value}
    is_same = request.POST.get("as_read") == f"{said.get('delimiter') or ''}/{said.get('encoding') or ''}"
    pairs = list(zip(request.POST.getlist("column"), request.POST.getlist("field"), strict=False))
    if pairs and is_same:
        options["columns"] = columns_said(pairs, fields)
    return options


@require_POST
def upload_discard(request: HttpRequest, token: str) -> HttpResponse:
    """Erase an upload that shall not be read."""
    delivery.upload_discard(actor=actor_of(request.user), token=token)
    messages.success(request, _("The file was erased; nothing of it was stored."))
    return redirect("sources:files")


@require_GET
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show how far a file is read, and what came of it."""
    require(actor_of(request.user), "source.read")
    taken = taken_file(file_id)
    if taken is None:
        raise NotThere(_("There is no file %(number)s.") % {"number": file_id})
    context = {"file": taken, "is_open": taken.state in OPEN_STATES, "ahead": files_ahead(taken) if taken.state in OPEN_STATES else 0}
    return render(request, "sources/file.html", context)


@public
@csrf_exempt
def webhook(request: HttpRequest, public_key: str) -> JsonResponse:
    """Take in one call of a sender; every refusal says why in JSON."""
    if request.method != "POST":
        return _refused(405, "not_post", _("Send the records by POST."), Allow="POST")
    try:
        found = delivery.call_source(public_key)
    except SealBroken:
        return _refused(503, "sealed", _("The secrets of this address cannot be opened; its operator must look after them."))
    if found is None:
        return _refused(404, "no_such_address", _("There is no such address."))
    source, options = found
    body = _body(request)
    if isinstance(body, JsonResponse):
        return body
    now = timezone.now()
    try:
        message_id = verified(body, {name.lower(): value for name, value in request.headers.items()}, options, now=now)
    except NotGenuine as error:
        return _refused(401, error.code, _not_genuine(error.code), **{"WWW-Authenticate": "Bearer"})
    if source.state != SourceState.ACTIVE:
        return _refused(409, "paused", _("This source is paused: nothing was taken in."))
    wait = _BUCKETS.wait(source.pk, time.monotonic())
    if wait:
        return _refused(429, "too_often", _("Too many calls: send up to 1,000 records in one."), **{"Retry-After": str(int(wait) + 1)})
    try:
        records = read_call(body, mapping=WEBHOOK.mapping(options), now=now)
    except BadFeed as error:
        return _refused(422, "unreadable", in_words(str(error)))
    outcome = delivery.call_take(source=source, message_id=message_id, records=records, now=now)
    if outcome is None:
        return JsonResponse({"repeated": True, "message": _("This call was taken in before.")})
    named = [{"place": one.place, "reason": in_words(one.reason)} for one in records if isinstance(one, Unreadable)][:_NAMED]
    counts = {"stored": outcome.stored, "repeated": outcome.repeated, "quarantined": outcome.quarantined}
    return JsonResponse({**counts, "unreadable": named}, status=202)


def _body(request: HttpRequest) -> bytes | JsonResponse:
    """Return the body, read no further than the cap, or the refusal."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return _refused(415, "packed", _("Send the body without compression."))
    declared = request.headers.get("Content-Length", "")
    body = b"" if declared.isdecimal() and int(declared) > BODY_LIMIT else request.read(BODY_LIMIT + 1)
    if (declared.isdecimal() and int(declared) > BODY_LIMIT) or len(body) > BODY_LIMIT:
        limit = BODY_LIMIT // (1024 * 1024)
        return _refused(413, "too_large", _("The body is larger than %(limit)s MB: send several.") % {"limit": limit})
    return body


def _not_genuine(code: str) -> str:
    return {
        "no_signature": _("The call is not signed: webhook-id, webhook-timestamp and webhook-signature are required."),
        "bad_signature": _("The signature does not fit."),
        "bad_time": _("The call is older or newer than five minutes."),
        "no_token": _("The token is missing: send “Authorization: Bearer …”."),
        "bad_token": _("The token does not fit."),
    }[code]


def _refused(status: int, code: str, message: str, **headers: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status, headers=headers)
