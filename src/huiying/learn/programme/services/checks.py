"""What every write of this room asks of names, people and rhythms."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import person
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotThere


def needs_words(**fields: str) -> dict[str, str]:
    """Return the texts without outer spaces; raises BadInput for an empty one."""
    kept = {name: text.strip() for name, text in fields.items()}
    empty = [name for name, text in kept.items() if not text]
    if empty:
        raise BadInput(_("“%(fields)s” must not be empty.") % {"fields": ", ".join(empty)})
    return kept


def needs_one_of(value: str, known: Collection[str], what: str) -> str:
    """Return the value; raises BadInput naming the accepted ones."""
    if value not in known:
        raise BadInput(_("“%(value)s” is no %(what)s: use one of %(known)s.") % {"value": value, "what": what, "known": ", ".join(known)})
    return value


def needs_person(person_id: int) -> int:
    """Return the id of an active person; raises NotThere."""
    if person(person_id) is None:
        raise NotThere(_("There is no person %(id)s.") % {"id": person_id})
    return person_id


def is_named(actor: Actor, person_id: int) -> bool:
    """Return whether the actor is that very person."""
    return actor.id is not None and actor.id == person_id
