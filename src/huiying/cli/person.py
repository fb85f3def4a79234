"""``huiying person``: who may sign in, from the machine's own console."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from .output import Fault, json_option, prepare_django, tell


@click.group()
def person() -> None:
    """Add people, list them, make one-time sign-in links."""


@person.command("list")
@json_option
def person_list(as_json: bool) -> None:
    """List everybody who may sign in, with their roles."""
    prepare_django()
    from django.contrib.auth import get_user_model

    from huiying.base.accounts.selectors import people

    names = dict(get_user_model().objects.values_list("pk", "username"))
    everybody = people()
    rows = [{"id": line.id, "username": names[line.id], "name": line.name, "roles": list(line.roles)} for line in everybody]
    lines = [f"{names[line.id]}  {line.name}  ({', '.join(line.roles) or 'no role'})" for line in everybody]
    tell({"people": rows}, "\n".join(lines) or "Nobody yet. Add the first: huiying person add NAME --role administrator", as_json=as_json)


@person.command()
@click.argument("username")
@click.option("--name", default="", help="Name as shown to others; the user name when left out.")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="A role; may be given several times.")
@click.option("--email", default="", help="Address for messages.")
@json_option
def add(username: str, name: str, roles: tuple[str, ...], email: str, as_json: bool) -> None:
    """Add a person without a password and print a one-time link for them."""
    prepare_django()
    from huiying.base.accounts.rules import Role
    from huiying.base.accounts.services import person_create, sign_in_link_create
    from huiying.base.audit.rules import SYSTEM

    unknown = [role for role in roles if role not in set(Role)]
    if unknown:
        raise Fault(f"There is no role {unknown[0]!r}: use one of {', '.join(Role)}.", wrong_use=True)
    now = datetime.now(UTC)
    added = person_create(
        actor=SYSTEM, now=now, username=username, display_name=name or username, roles=[Role(role) for role in roles], email=email
    )
    link = link_url(sign_in_link_create(actor=SYSTEM, now=now, person=added))
    tell({"id": added.pk, "username": username, "link": link}, f"{username} can sign in once, within 12 hours, at\n{link}", as_json=as_json)


@person.command()
@click.argument("username")
@json_option
def link(username: str, as_json: bool) -> None:
    """Make a new one-time sign-in link, for instance when a password is lost."""
    prepare_django()
    from huiying.base.accounts.selectors import person_by_username
    from huiying.base.accounts.services import sign_in_link_create
    from huiying.base.audit.rules import SYSTEM

    found = person_by_username(username)
    if found is None:
        raise Fault(f"There is nobody with the user name {username!r}. See: huiying person list")
    url = link_url(sign_in_link_create(actor=SYSTEM, now=datetime.now(UTC), person=found))
    tell({"username": username, "link": url}, url, as_json=as_json)


def link_url(secret: str) -> str:
    """Return the address of a one-time link on this installation."""
    from django.urls import reverse

    return base_url() + reverse("accounts:enter", args=[secret])


def base_url() -> str:
    """Return the address under which this installation's pages are asked for."""
    from django.conf import settings

    if settings.ENV["HUIYING_HTTPS"]:
        return f"https://{settings.ALLOWED_HOSTS[0]}"
    host = str(settings.ENV["HUIYING_HOST"])
    name = settings.ALLOWED_HOSTS[0] if host in ("0.0.0.0", "::", "127.0.0.1", "::1") and settings.ALLOWED_HOSTS else host  # noqa: S104  compared, not bound
    return f"http://{name}:{settings.ENV['HUIYING_PORT']}"
