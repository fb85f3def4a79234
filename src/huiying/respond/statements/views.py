"""Pages of the statement room: parse, call, render."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiying.base.accounts.services import actor_of, require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import HuiyingError
from huiying.respond.incidents import selectors as incidents

from . import selectors, services
from .forms import FactForm, HoldingForm, KindForm, ReasonForm, TextForm, TwoReasonsForm, rows_of, sentences_in
from .pages import STATE_FILTERS, detail_page, holding_template, row_of
from .rules import StatementKind

PAGE_SIZE = 20


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request.user)


@require_GET
def statement_list(request: HttpRequest) -> HttpResponse:
    """Show the texts, those that still need somebody first."""
    actor = _actor(request)
    require(actor, "statement.read")
    state = request.GET.get("state", "running")
    rows = selectors.statements_listed(reader_id=request.user.pk or 0, state="" if state == "all" else state)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [row_of(found) for found in page]
    return render(request, "statements/list.html", {"page": page, "lines": lines, "state": state, "filters": STATE_FILTERS})


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Begin a text about an incident: the holding statement in one go, or an empty longer one."""
    actor = _actor(request)
    require(actor, "statement.write")
    incident = incidents.incident(incident_id)
    template_key, template = holding_template(incident_id)
    facts = list(selectors.usable_facts(incident_id))
    is_holding, is_post = request.POST.get("what") == "holding", request.method == "POST"
    holding = HoldingForm(template, facts, request.POST if is_post and is_holding else None)
    kind = KindForm(request.POST if is_post and not is_holding else None)
    status = 200
    if is_post:
        try:
            found = _begin_holding(actor, incident_id, holding, template_key) if is_holding else _begin_empty(actor, incident_id, kind)
            if found is not None:
                return redirect("statements:detail" if is_holding else "statements:edit", found)
            status = 400
        except HuiyingError as refusal:
            (holding if is_holding else kind).add_error(None, str(refusal))
            status = refusal.status_code
    pairs = [(holding[f"{slot.key}__zh"], holding[f"{slot.key}__en"]) for slot in holding.typed_slots()]
    context = {"incident": incident, "holding": holding, "pairs": pairs, "kind": kind, "template": template}
    return render(request, "statements/begin.html", context, status=status)


def _begin_holding(actor: Actor, incident_id: int, form: HoldingForm, template_key: str) -> int | None:
    if not form.is_valid():
        return None
    at = form.cleaned_data["next_update_at"]
    local = timezone.localtime(at)
    same_day = local.date() == timezone.localtime().date()
    zh, en = (
        (f"{local:%H:%M}",) * 2
        if same_day
        else (f"{local.month} 月 {local.day} 日 {local:%H:%M}", f"{local:%H:%M} on {local.day} {local:%B}")
    )
    found = services.holding_draft(
        actor=actor,
        now=timezone.now(),
        incident_id=incident_id,
        template=form.template,
        template_key=template_key,
        values_zh=form.values("zh", zh),
        values_en=form.values("en", en),
        fact_ids=form.cleaned_data.get("facts", ()),
        next_update_at=at,
    )
    return found.pk


def _begin_empty(actor: Actor, incident_id: int, form: KindForm) -> int | None:
    if not form.is_valid():
        return None
    found = services.statement_draft(
        actor=actor,
        now=timezone.now(),
        incident_id=incident_id,
        kind=StatementKind(form.cleaned_data["kind"]),
        title_zh=form.cleaned_data["title_zh"],
        title_en=form.cleaned_data["title_en"],
    )
    return found.pk


@require_GET
def detail(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Show one text: every sentence with what it stands on, the gates, the signatures, the next step."""
    actor = _actor(request)
    require(actor, "statement.read")
    context = detail_page(selectors.statement(statement_id), actor, timezone.now())
    return render(request, "statements/detail.html", {**context, "reason_form": ReasonForm(), "two_reasons_form": TwoReasonsForm()})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Write the text; what was typed is never lost, whatever refuses it."""
    actor = _actor(request)
    require(actor, "statement.write")
    found = selectors.statement(statement_id)
    facts = list(selectors.usable_facts(found.incident_id))
    initial = {
        "title_zh": found.title_zh,
        "title_en": found.title_en,
        "next_update_at": found.next_update_at,
        "reason_zh": found.reason_zh,
        "reason_en": found.reason_en,
        "seen_digest": selectors.statement_digest(found.pk),
    }
    data = request.POST if request.method == "POST" else None
    form, rows = TextForm(data, initial=initial, is_correction=found.corrects_id is not None), rows_of(found, facts, data)
    status = 200
    if data is not None:
        status = 400
        if form.is_valid() and rows.is_valid():
            try:
                _write(actor, statement_id, form, rows)
                messages.success(request, _("The text is saved."))
                return redirect("statements:detail", statement_id)
            except HuiyingError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status_code
    return render(request, "statements/edit.html", {"statement": found, "form": form, "rows": rows, "facts": facts}, status=status)


def _write(actor: Actor, statement_id: int, form: TextForm, rows: Any) -> None:  # Any: Django's formset is untyped
    data = form.cleaned_data
    services.statement_write(
        actor=actor,
        now=timezone.now(),
        statement_id=statement_id,
        title_zh=data["title_zh"],
        title_en=data["title_en"],
        next_update_at=data["next_update_at"],
        sentences=sentences_in(rows),
        seen_digest=data["seen_digest"] or None,
        reason_zh=data.get("reason_zh"),
        reason_en=data.get("reason_en"),
    )


Act = Callable[[HttpRequest, Actor, int], str]


def _act(do: Act) -> Callable[[HttpRequest, int], HttpResponse]:
    """Make a view of one act on a statement: do it, say so, go back to the statement."""

    def view(request: HttpRequest, statement_id: int) -> HttpResponse:
        messages.success(request, do(request, _actor(request), statement_id))
        return redirect("statements:detail", statement_id)

    return require_POST(view)


def _submit(request: HttpRequest, actor: Actor, statement_id: int) -> str:
    services.statement_submit(actor=actor, now=timezone.now(), statement_id=statement_id)
    return _("The text is with the fact checker.")


def _check(request: HttpRequest, actor: Actor, statement_id: int) -> str:
    services.statement_check(actor=actor, now=timezone.now(), statement_id=statement_id)
    return _("The facts are checked.")


def _legal(request: HttpRequest, actor: Actor, statement_id: int) -> str:
    services.statement_legal(actor=actor, now=timezone.now(), statement_id=statement_id, basis=request.POST.get("basis", ""))
    return _("The legal review is passed.")


def _approve(request: HttpRequest, actor: Actor, statement_id: int) -> str:
    services.statement_approve(actor=actor, now=timezone.now(), statement_id=statement_id, digest=request.POST.get("digest", ""))
    return _("You have signed this exact text.")


def _return(request: HttpRequest, actor: Actor, statement_id: int) -> str:
    services.statement_return(actor=actor, now=timezone.now(), statement_id=statement_id, reason=request.POST.get("reason", ""))
    return _("The text is back with its writer.")


def _reject(request: HttpRequest, actor: Actor, statement_id: int) -> str:
    services.statement_reject(actor=actor, now=timezone.now(), statement_id=statement_id, reason=request.POST.get("reason", ""))
    return _("The text is rejected.")


def _renew(request: HttpRequest, actor: Actor, statement_id: int) -> str:
    services.statement_renew(actor=actor, now=timezone.now(), statement_id=statement_id)
    return _("Approval is asked for again.")


def _publish(request: HttpRequest, actor: Actor, statement_id: int) -> str:
    release = services.statement_publish(actor=actor, now=timezone.now(), statement_id=statement_id)
    if release.exercise:
        return _("Published on the rehearsal site as no. %(number)s. Nothing left the house.") % {"number": release.number}
    return _("Published as no. %(number)s.") % {"number": release.number}


def _withdraw(request: HttpRequest, actor: Actor, statement_id: int) -> str:
    found = services.statement_withdraw(
        actor=actor,
        now=timezone.now(),
        statement_id=statement_id,
        reason_zh=request.POST.get("reason_zh", ""),
        reason_en=request.POST.get("reason_en", ""),
    )
    if found.state == "withdrawn":
        return _("The statement is withdrawn; a note with the reason stays in its place.")
    return _("Asked for. A second person has to confirm before it is withdrawn.")


submit, check, legal, approve = _act(_submit), _act(_check), _act(_legal), _act(_approve)
send_back, reject, renew, publish, withdraw = _act(_return), _act(_reject), _act(_renew), _act(_publish), _act(_withdraw)


@require_POST
def correct(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Begin the correction of a published statement."""
    new = services.statement_correct(
        actor=_actor(request),
        now=timezone.now(),
        statement_id=statement_id,
        reason_zh=request.POST.get("reason_zh", ""),
        reason_en=request.POST.get("reason_en", ""),
    )
    messages.success(request, _("Change what was wrong. The old text stays readable, struck through, beside the new one."))
    return redirect("statements:edit", new.pk)


@require_http_methods(["GET", "POST"])
def fact_new(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Add a fact to an incident."""
    actor = _actor(request)
    require(actor, "fact.add")
    incident = incidents.incident(incident_id)
    form = FactForm(request.POST or None)
    status = 200 if request.method == "GET" else 400
    if request.method == "POST" and form.is_valid():
        try:
            fact = services.fact_add(actor=actor, now=timezone.now(), incident_id=incident_id, **form.cleaned_data)
            messages.success(request, _("%(fact)s is added. Somebody else has to verify it.") % {"fact": fact.label})
            return redirect(_room(incident_id))
        except HuiyingError as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status_code
    return render(request, "statements/fact_new.html", {"incident": incident, "form": form}, status=status)


def _room(incident_id: int) -> str:
    return reverse("incidents:detail", args=[incident_id]) + "#facts"


@require_POST
def fact_verify(request: HttpRequest, fact_id: int) -> HttpResponse:
    """Verify a fact and go back to the incident."""
    fact = services.fact_verify(actor=_actor(request), now=timezone.now(), fact_id=fact_id, note=request.POST.get("note", ""))
    messages.success(request, _("%(fact)s is verified.") % {"fact": fact.label})
    return redirect(_room(fact.incident_id))


@require_POST
def fact_withdraw(request: HttpRequest, fact_id: int) -> HttpResponse:
    """Withdraw a fact and go back to the incident, where the texts that used it light up."""
    fact = services.fact_withdraw(actor=_actor(request), now=timezone.now(), fact_id=fact_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("%(fact)s is withdrawn; every text that used it is marked.") % {"fact": fact.label})
    return redirect(_room(fact.incident_id))


@require_POST
def commitment_end(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """Say that a promise was kept, or that it is broken."""
    end = services.commitment_break if request.POST.get("outcome") == "broken" else services.commitment_keep
    commitment = end(
        actor=_actor(request),
        now=timezone.now(),
        commitment_id=commitment_id,
        note_zh=request.POST.get("note_zh", ""),
        note_en=request.POST.get("note_en", ""),
    )
    messages.success(request, _("The promise is marked; readers see it."))
    return redirect(reverse("incidents:detail", args=[commitment.incident_id]) + "#statements")
