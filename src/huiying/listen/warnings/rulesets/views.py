"""The rules in force with what each line is worth, the editor, and the page of one version."""

from __future__ import annotations

from datetime import datetime
from typing import Any  # template contexts

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiying.base.accounts.services import actor_of, require
from huiying.base.approvals.selectors import all_approvals_of
from huiying.base.audit.selectors import log_of
from huiying.base.ui.charts import Chart
from huiying.base.ui.errors import BadInput
from huiying.base.ui.rights import may_see
from huiying.core.grading.differences import differences
from huiying.core.grading.warning_rules import WarningRules, load_warning_rules, read_warning_rules, shipped_rules, shipped_text
from huiying.core.grading.wording import line_text

from . import services
from .backtests import backtest_ask
from .forms import ReasonForm, RulesForm, TestForm
from .models import BackTest, RuleSet
from .preview import preview
from .rules import APPROVALS_NEEDED, NOISE_DAYS, RIGHT, LineWorth, RuleState
from .selectors import line_worths, rules_in_force, ruleset, rulesets, test_of, text_in_force

SHOWN_MOST = 50


@require_GET
def rules_page(request: HttpRequest) -> HttpResponse:
    """Show the rules in force, what the alarms of each line were worth, and every version."""
    require(actor_of(request.user), "warning.read")
    rules, worths = rules_in_force(), line_worths(timezone.now())
    recent = line_worths(timezone.now(), NOISE_DAYS)
    context = {
        "rules": rules,
        "lines": _line_rows(rules, worths),
        "retire": [text for key, text in _texts(rules).items() if recent.get(key, LineWorth()).is_only_noise],
        "versions": rulesets()[:SHOWN_MOST],
        "presets": [load_warning_rules(name) for name in shipped_rules()],
        "may_write": may_see(request, RIGHT),
    }
    return render(request, "warnings/rules.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, ruleset_id: int | None = None) -> HttpResponse:
    """Write rules: look at what they would do today, then keep them as a draft."""
    actor = actor_of(request.user)
    require(actor, RIGHT)
    found = ruleset(ruleset_id) if ruleset_id else None
    if request.method != "POST":
        return _editor(request, RulesForm(initial={"text": _start(request, found), "note": found.note if found else ""}), found)
    form, now = RulesForm(request.POST), timezone.now()
    if not form.is_valid():
        return _editor(request, form, found, status=400)
    try:
        rules = services.rules_check(form.cleaned_data["text"])
        if "preview" in request.POST:
            return _editor(request, form, found, **_looked_at(rules, now))
        kept = services.ruleset_save(actor=actor, now=now, ruleset_id=ruleset_id, **form.cleaned_data)
    except BadInput as error:
        form.add_error("text", str(error))
        return _editor(request, form, found, status=400)
    messages.success(request, _("The draft is kept. Run a back-test of it, then submit it."))
    return redirect("warnings:ruleset", kept.pk)


@require_GET
def detail(request: HttpRequest, ruleset_id: int) -> HttpResponse:
    """Show one version: what it changes, its back-test, who approved it."""
    require(actor_of(request.user), "warning.read")
    return _page(request, ruleset(ruleset_id))


@require_POST
def test(request: HttpRequest, ruleset_id: int) -> HttpResponse:
    """Have the past days replayed."""
    actor, form = actor_of(request.user), TestForm(request.POST)
    require(actor, RIGHT)
    if not form.is_valid():
        return _page(request, ruleset(ruleset_id), status=400, test_form=form)
    backtest_ask(actor=actor, now=timezone.now(), ruleset_id=ruleset_id, days=form.cleaned_data["days"])
    return redirect("warnings:ruleset", ruleset_id)


@require_POST
def submit(request: HttpRequest, ruleset_id: int) -> HttpResponse:
    """Give a draft to the reviewers."""
    services.ruleset_submit(actor=actor_of(request.user), now=timezone.now(), ruleset_id=ruleset_id)
    messages.success(request, _("Two people who did not write it approve it now."))
    return redirect("warnings:ruleset", ruleset_id)


@require_POST
def approve(request: HttpRequest, ruleset_id: int, digest: str) -> HttpResponse:
    """Approve the text that was shown."""
    found = services.ruleset_approve(actor=actor_of(request.user), now=timezone.now(), ruleset_id=ruleset_id, digest=digest)
    is_enough = found.state == RuleState.IN_FORCE
    said = _("The rules are in force.") if is_enough else _("Approved. One more person has to approve the same text.")
    messages.success(request, said)
    return redirect("warnings:ruleset", ruleset_id)


@require_POST
def end(request: HttpRequest, ruleset_id: int, deed: str) -> HttpResponse:
    """Return rules to their writers, or give them up."""
    actor = actor_of(request.user)
    require(actor, RIGHT)
    form, act = ReasonForm(request.POST), {"return": services.ruleset_return, "withdraw": services.ruleset_withdraw}[deed]
    if not form.is_valid():
        return _page(request, ruleset(ruleset_id), status=400, reason_form=form)
    act(actor=actor, now=timezone.now(), ruleset_id=ruleset_id, reason=form.cleaned_data["reason"])
    return redirect("warnings:ruleset", ruleset_id)


def _page(request: HttpRequest, found: RuleSet, status: int = 200, **forms: Any) -> HttpResponse:
    actor, tested = actor_of(request.user), test_of(found)
    rules = read_warning_rules(found.text, "rules.yaml")
    context: dict[str, Any] = {
        "found": found, "rules": rules, "numbered": list(enumerate(found.text.splitlines(), start=1)),
        "changes": differences(rules_in_force(), rules, _language()), "tested": tested,
        "approvals": all_approvals_of(("ruleset", found.pk)), "needed": APPROVALS_NEEDED, "log": log_of("ruleset", found.pk),
        "may_write": may_see(request, RIGHT), "is_author": actor.id in found.authors,
        "test_form": TestForm(), "reason_form": ReasonForm(), **forms,
    }  # fmt: skip
    if tested is not None and tested.is_done:
        context |= {"chart": _chart(tested), "rows": _rows(tested), "only": _only(tested)}
    return render(request, "warnings/ruleset.html", context, status=status)


def _editor(request: HttpRequest, form: RulesForm, found: RuleSet | None, status: int = 200, **more: Any) -> HttpResponse:
    text = str(form["text"].value() or "")
    context = {"form": form, "found": found, "numbered": list(enumerate(text.splitlines(), start=1)), **more}
    return render(request, "warnings/rules_edit.html", context, status=status)


def _start(request: HttpRequest, found: RuleSet | None) -> str:
    """Return the text to begin with: the draft's own, a shipped one that was asked for, or the one in force."""
    wanted = request.GET.get("from", "")
    return found.text if found else shipped_text(wanted) if wanted in shipped_rules() else text_in_force()


def _looked_at(rules: WarningRules, now: datetime) -> dict[str, Any]:
    current = rules_in_force()
    return {"previewed": True, "preview": preview(current, rules, now), "changes": differences(current, rules, _language())}


def _texts(rules: WarningRules) -> dict[str, str]:
    return {key: line_text(line, _language()) for key, (_level, line) in rules.lines.items()}


def _line_rows(rules: WarningRules, worths: Any) -> list[dict[str, Any]]:
    texts = _texts(rules)
    return [{"level": level, "text": texts[key], "worth": worths.get(key, LineWorth())} for key, (level, _line) in rules.lines.items()]


def _rows(tested: BackTest) -> list[tuple[str, Any, Any]]:
    old, new = tested.result["old"], tested.result["new"]
    labels = {
        "warnings": _("warnings"),
        "hits": _("hits: real matters with a warning"),
        "misses": _("misses: incidents without a warning before"),
        "noise": _("false alarms: judged as noise"),
        "unjudged": _("nobody ever judged such a matter"),
        "lead_minutes": _("median minutes before the incident"),
    }
    return [(label, old[name], new[name]) for name, label in labels.items()]


def _only(tested: BackTest) -> list[dict[str, Any]]:
    sides = (("only_new", _("only the draft")), ("only_old", _("only the rules in force")))
    return [
        {"story": story, "title": title, "level": level, "at": datetime.fromisoformat(at), "by": label}
        for side, label in sides
        for story, title, level, at in tested.result[side]
    ]


def _chart(tested: BackTest) -> Chart:
    zone = timezone.get_current_timezone()
    rows = [(datetime.fromisoformat(day).replace(tzinfo=zone), old, new) for day, old, new in tested.result["days"]]
    note = _("n = %(n)s matters; the dashed line, expected, is the rules in force") % {"n": f"{tested.total:,}"}
    points, expected = [(at, float(new)) for at, _old, new in rows], [(at, float(old)) for at, old, _new in rows]
    return Chart(_("Warnings of the draft by day"), _("warnings"), points, note, expected=expected)


def _language() -> str:
    return get_language() or "zh-hans"
