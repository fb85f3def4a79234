"""The steps between ``huiying up`` and its first child: database, static files, first person."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from .output import Fault

Say = Callable[[str], None]


def migrate(say: Say) -> int:
    """Bring the database up to date and say each step; returns how many steps."""
    from django.core.management import call_command
    from django.db import DatabaseError

    from huiying.config.checks import pending_migrations
    from huiying.config.tables import is_empty, make_tables

    try:
        if is_empty():
            say("Making the database.")
            return make_tables()
        pending = pending_migrations()
    except DatabaseError as error:
        raise Fault(f"The database does not open: {error}. Ask: huiying check") from error
    if pending:
        say(f"Preparing the database: {len(pending)} steps.")
        call_command("migrate", interactive=False, verbosity=0)
    return len(pending)


def refuse_bad_set_up(say: Say) -> None:
    """Say what is wrong; raises Fault for what would do damage."""
    from huiying.config.checks import start_findings

    for finding in start_findings():
        if not finding.is_ok and finding.is_blocking:
            raise Fault(f"{finding.sentence} {finding.mend}")
        if not finding.is_ok:
            say(f"Note: {finding.sentence} {finding.mend}")


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Fault when another program listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Fault(f"Port {port} on {host} cannot be used ({error.strerror}): set HUIYING_PORT to a free one.") from error


def free_port() -> int:
    """Return a port on loopback that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def collect_static(say: Say) -> bool:
    """Copy the static files into the state folder when they changed; returns whether they had."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = sorted((path, storage.path(path)) for finder in get_finders() for path, storage in finder.list([]))
    marks = "\n".join(f"{path} {Path(full).stat().st_size} {Path(full).stat().st_mtime_ns}" for path, full in found)
    print_now = hashlib.sha256(marks.encode()).hexdigest()
    root = Path(str(settings.STATIC_ROOT))
    note = root.with_name("static.sha256")
    if note.exists() and note.read_text() == print_now and root.is_dir():
        return False
    say(f"Copying {len(found)} static files.")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    note.write_text(print_now)
    return True


def first_link(now: datetime) -> str:
    """Return a one-time link for the administrator while nobody can sign in, else an empty text."""
    from huiying.base.accounts import selectors
    from huiying.base.accounts.rules import Role
    from huiying.base.accounts.services import person_create, sign_in_link_create
    from huiying.base.audit.rules import SYSTEM

    from .person import link_url

    administrators = [selectors.person(person_id) for person_id in selectors.ids_with_role(Role.ADMINISTRATOR)]
    if any(person is not None and person.last_login is not None for person in administrators):
        return ""
    waiting = next((person for person in administrators if person is not None), None)
    if waiting is None:
        waiting = person_create(actor=SYSTEM, now=now, username="admin", display_name="Administrator", roles=[Role.ADMINISTRATOR])
    return link_url(sign_in_link_create(actor=SYSTEM, now=now, person=waiting))


def add_sources(urls: tuple[str, ...], now: datetime, say: Say) -> None:
    """Add the feeds named on the command line that are not there yet."""
    from huiying.base.audit.rules import SYSTEM
    from huiying.listen.sources.selectors import sources_list
    from huiying.listen.sources.services import source_add

    known = {source.url for source in sources_list()}
    for url in urls:
        if url in known:
            continue
        source_add(actor=SYSTEM, now=now, name=url, url=url)
        say(f"Watching {url}")
