"""Sessions whose row names its person, so that session, person and roles are one query.

Nothing is remembered between two requests: a right taken away, a person deactivated or a session
ended counts from the next request on, in every process.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast  # a session holds anything that JSON can

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .models import Person, Session
from .reading import Reader


class SessionStore(DatabaseSessions):
    """The session of one request, and whose it is."""

    #: Whoever the stored session belongs to, with the roles held; known once the session is read.
    person: Person | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Name the table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Write the person beside the data."""
        row = cast(Session, super().create_model_instance(data))
        row.person_id = data.get(SESSION_KEY)
        return row

    def load(self) -> dict[str, Any]:
        """Read the session with its person: one row for each role."""
        living = Session.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        rows = list(living.select_related("person").annotate(role=F("person__grants__role")))
        if not rows:
            self._session_key = None
            return {}
        self.person = rows[0].person
        if self.person is not None:
            self.person.roles_read = frozenset(row.role for row in rows if row.role)
        data: dict[str, Any] = self.decode(rows[0].session_data)
        return data


def readers_of_sessions(keys: Collection[str]) -> dict[str, Reader]:
    """Return who reads through each of the sessions that still counts, in one query for all of them."""
    living = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now(), person__is_active=True)
    rows = list(living.select_related("person").annotate(role=F("person__grants__role")))
    roles: dict[str, set[str]] = {}
    for row in rows:
        roles.setdefault(row.session_key, set()).update([row.role] if row.role else [])
    found = {}
    for row in {each.session_key: each for each in rows}.values():
        data = SessionStore().decode(row.session_data)
        seal, person = data.get(HASH_SESSION_KEY, ""), row.person
        if person is not None and str(person.pk) == data.get(SESSION_KEY) and constant_time_compare(seal, person.get_session_auth_hash()):
            found[row.session_key] = Reader(person.pk, frozenset(roles[row.session_key]))
    return found
