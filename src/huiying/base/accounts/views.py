"""Signing in, oneself, and the people of the organisation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiying.base.ui.errors import NotThere

from . import selectors, services
from .forms import GroupForm, PersonForm
from .middleware import public
from .models import Group, Person
from .rules import GROUP_LABELS, GroupKind, Role

BACKEND = "django.contrib.auth.backends.ModelBackend"
sign_in = public(LoginView.as_view(template_name="accounts/sign_in.html"))


def signed_in(request: HttpRequest) -> Person:
    """Return the signed-in person; the middleware let nobody else through."""
    assert isinstance(request.user, Person)
    return request.user


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("accounts:sign_in")


@public
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Spend a one-time link; a click is asked for, so that link previews do not spend it."""
    if request.method != "POST":
        return render(request, "accounts/enter.html")
    person = services.sign_in_link_use(secret=secret, now=timezone.now())
    login(request, person, backend=BACKEND)
    return redirect("accounts:me" if not person.has_usable_password() and not person.is_demo else "/")


def me(request: HttpRequest) -> HttpResponse:
    """Show oneself and let one choose a password."""
    person = signed_in(request)
    form = SetPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, person)
        messages.success(request, _("Your password is set. From now on sign in with your user name and it."))
        return redirect("/")
    line = next((line for line in selectors.people() if line.id == person.pk), None)
    return render(request, "accounts/me.html", {"form": form, "line": line})


def people(request: HttpRequest) -> HttpResponse:
    """List people and groups; add a person."""
    actor = services.actor_of(signed_in(request))
    services.require(actor, "person.read")
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = services.person_create(
            actor=actor,
            now=timezone.now(),
            username=data["username"],
            display_name=data["display_name"],
            email=data["email"],
            roles=[Role(role) for role in data["roles"]],
        )
        return _show_link(request, person)
    context = {"people": selectors.people(), "groups": selectors.groups(), "form": form, "may_manage": "administrator" in actor.roles}
    return render(request, "accounts/people.html", context)


@require_POST
def link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make a new one-time link for somebody."""
    person = selectors.person(person_id)
    if person is None:
        raise NotThere(_("There is no such person."))
    return _show_link(request, person)


def _show_link(request: HttpRequest, person: Person) -> HttpResponse:
    actor = services.actor_of(signed_in(request))
    secret = services.sign_in_link_create(actor=actor, now=timezone.now(), person=person)
    address = request.build_absolute_uri(reverse("accounts:enter", args=[secret]))
    return render(request, "accounts/link.html", {"person": person, "address": address})


def group(request: HttpRequest, kind: str) -> HttpResponse:
    """Say who is in a group."""
    actor = services.actor_of(signed_in(request))
    services.require(actor, "person.manage")
    if kind not in set(GroupKind):
        raise NotThere(_("There is no such group."))
    stored = Group.objects.filter(kind=kind).first()
    initial = (
        {"head": stored.head_id, "deputy": stored.deputy_id, "members": [member.pk for member in stored.members.all()]} if stored else {}
    )
    form = GroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.group_set(actor=actor, now=timezone.now(), kind=GroupKind(kind), **form.cleaned_data)
        messages.success(request, _("The group is saved."))
        return redirect("accounts:people")
    return render(request, "accounts/group.html", {"form": form, "label": GROUP_LABELS[GroupKind(kind)]})
