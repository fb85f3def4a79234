"""Look ahead again whenever the log says that people, roster, ways or chains changed."""

from __future__ import annotations

from typing import Any  # an entry of the log, read only by name

from django.db.models.signals import post_save

from .services import preflight_soon

#: Beginnings of the verbs after which the coming week may look different.
CHANGES = ("shift.", "rotation.", "override.", "chain.", "way.", "person.", "group.")
NO_CHANGES = ("person.sign_in", "way.test", "way.delay")


def connect() -> None:
    """Listen to the log; called once when the program starts."""
    post_save.connect(on_entry, sender="audit.AuditEntry", dispatch_uid="escalation.on_entry")


def on_entry(*, instance: Any, created: bool, **_kwargs: object) -> None:
    """Have the preflight run again, in the transaction of the change."""
    if created and instance.verb.startswith(CHANGES) and not instance.verb.startswith(NO_CHANGES):
        preflight_soon(now=instance.at)
