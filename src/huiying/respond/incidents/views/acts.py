"""What people do in an incident room; every act is a form page that also works alone."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput
from huiying.core.grading.scheme import DEFAULT_SCHEME, load_scheme
from huiying.core.grading.wording import counterfactual_text, factor_label, reason_text

from .. import forms, selectors, services
from ..rules import NEEDS_REASON, STATE_LABELS, GradeState, State
from .asking import Text, actor_from, ask, incident_for


def open_(request: HttpRequest) -> HttpResponse:
    """Open an incident; ``warning`` in the query or form ties it to a warning."""
    actor = actor_from(request)
    require(actor, "incident.open")
    given = request.POST.get("warning") or request.GET.get("warning") or ""
    warning_id = int(given) if given.isdecimal() and len(given) < 19 else None
    initial = {"title": request.GET.get("title", ""), "story_ids": request.GET.get("story", "")}
    form = forms.OpenForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            incident = services.incident_open(actor=actor, now=timezone.now(), warning_id=warning_id, **form.cleaned_data)
        except BadInput as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, _("The incident is open. First make sure that it is true."))
            return redirect("incidents:detail", incident.pk)
    context = {"form": form, "warning_id": warning_id}
    return render(request, "incidents/open.html", context, status=400 if request.method == "POST" else 200)


def confirm(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Work through the verification checklist."""
    incident = incident_for(request, incident_id, "incident.move")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.incident_confirm(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("Confirmed. Now assess what it is and how far it reaches.")

    return ask(
        request, forms.ConfirmForm(request.POST or None), act, incident=incident, title=_("Confirm the incident"), button=_("Confirm")
    )


def assess(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Save an assessment; the form starts from the last one."""
    incident = incident_for(request, incident_id, "incident.assess")
    last = selectors.latest_assessment(incident)
    initial = {name: getattr(last, name) for name in forms.AssessForm.base_fields if name != "evidence" and hasattr(last, name)}
    initial |= {f"sure_{name}": word for name, word in (last.confidence if last else {}).items()}
    evidence = selectors.possible_evidence(incident)
    form = forms.AssessForm(request.POST or None, initial=initial, stories=evidence.stories, files=evidence.files)

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.incident_assess(actor=actor, now=timezone.now(), incident_id=incident_id, judgement=form.judgement())
        return _("The assessment is saved. The grade proposal takes it into account.")

    return ask(request, form, act, incident=incident, title=_("Assess"), button=_("Save the assessment"), anchor="#grade")


def grade(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Show the scheme's proposal and decide the grade."""
    incident = incident_for(request, incident_id, "incident.grade")
    proposal = selectors.grade_proposal(incident, timezone.now())
    suggested = proposal.level.value if proposal.level else incident.grade or "IV_GENERAL"
    language = get_language() or "zh-hans"

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        decision = services.incident_grade(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return (
            _("The grade is in force.")
            if decision.state == GradeState.IN_FORCE
            else _("The grade is proposed and waits for a second person.")
        )

    extra = {
        "proposal": proposal,
        "reasons": [reason_text(reason.as_dict(), language) for reason in proposal.reasons],
        "missing": [factor_label(name, language) for name in proposal.missing],
        "counterfactual": [counterfactual_text(option.as_dict(), language) for option in proposal.counterfactual],
        "scheme": load_scheme(incident.scheme_key or DEFAULT_SCHEME),
    }
    return ask(
        request,
        forms.GradeForm(request.POST or None, initial={"grade": suggested}),
        act,
        incident=incident,
        title=_("Decide the grade"),
        button=_("Decide"),
        anchor="#grade",
        template="incidents/grade.html",
        extra=extra,
    )


@require_POST
def grade_accept(request: HttpRequest, incident_id: int, decision_id: int) -> HttpResponse:
    """Accept a proposed grade as the second person."""
    services.grade_accept(actor=actor_from(request), now=timezone.now(), decision_id=decision_id)
    messages.success(request, _("The grade is in force."))
    return redirect("incidents:detail", incident_id)


def grade_refuse(request: HttpRequest, incident_id: int, decision_id: int) -> HttpResponse:
    """Refuse a proposed grade with a reason."""
    incident = incident_for(request, incident_id, "incident.command")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.grade_refuse(actor=actor, now=timezone.now(), decision_id=decision_id, **data)
        return _("The proposed grade is refused.")

    return ask(
        request,
        forms.ReasonForm(request.POST or None),
        act,
        incident=incident,
        title=_("Refuse the grade"),
        button=_("Refuse"),
        anchor="#grade",
    )


def command(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Name commander and deputy."""
    incident = incident_for(request, incident_id, "incident.command")
    initial = {"commander_id": incident.commander_id, "deputy_id": incident.deputy_id}

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.incident_command_set(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("Commander and deputy are named.")

    return ask(
        request,
        forms.CommandForm(request.POST or None, initial=initial),
        act,
        incident=incident,
        title=_("Who commands"),
        button=_("Name them"),
        anchor="#people",
    )


def move(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Move the incident; a refusal for its conditions is shown on the form with what is missing."""
    incident = incident_for(request, incident_id, "incident.move")
    wanted = request.POST.get("to") or request.GET.get("to") or ""
    if wanted not in set(State):
        raise BadInput(_("“%(state)s” is no state of an incident: use one of %(known)s.") % {"state": wanted, "known": ", ".join(State)})
    target = State(wanted)
    unmet = cache(lambda: selectors.unmet_conditions(incident, target, timezone.now()))  # what is posted is judged by the service
    form = forms.MoveForm(request.POST or None, initial={"to": target.value})
    if request.method != "POST" and not any(each.may_waive for each in unmet()):
        del form.fields["override"]
        if (State(incident.state), target) not in NEEDS_REASON:
            del form.fields["reason"]

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.incident_move(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("The incident is now: %(state)s.") % {"state": STATE_LABELS[target]}

    title = _("Move the incident to: %(state)s") % {"state": STATE_LABELS[target]}
    return ask(
        request,
        form,
        act,
        incident=incident,
        title=title,
        button=_("Move on"),
        template="incidents/move.html",
        extra={"unmet": unmet, "is_blocked": lambda: any(not each.may_waive for each in unmet())},
    )


def merge(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Fold the incident into another."""
    incident = incident_for(request, incident_id, "incident.command")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.incident_merge(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("Merged. Its stories belong to the other incident now.")

    return ask(
        request,
        forms.MergeForm(request.POST or None),
        act,
        incident=incident,
        title=_("Merge into another incident"),
        button=_("Merge"),
        lede=_("This incident ends here: its clocks stop, its record stays."),
    )


def crisis_time(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Correct the crisis time with evidence."""
    incident = incident_for(request, incident_id, "incident.assess")
    form = forms.CrisisTimeForm(request.POST or None, initial={"crisis_at": incident.crisis_at})

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.crisis_time_set(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("The crisis time is corrected; running clocks follow, and the log keeps both values.")

    return ask(request, form, act, incident=incident, title=_("Correct the crisis time"), button=_("Correct"), anchor="#clocks")
