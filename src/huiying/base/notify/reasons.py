"""Why a message was not handed over: a code with its parts, put into the reader's words when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # parts are what JSON holds

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "mail_off": _("E-mail is off: set HUIYING_SMTP_URL."),
    "mail_bad_address": _("%(address)s cannot be written to: %(detail)s"),
    "mail_refused": _("The mail server refused %(address)s: %(detail)s"),
    "mail_away": _("The mail server %(host)s did not take the message: %(detail)s"),
    "webhook_off": _("This webhook was switched off."),
    "not_dialled": _("%(host)s may not be dialled: %(detail)s. See HUIYING_FETCH_ALLOW."),
    "no_answer": _("%(host)s did not answer: %(detail)s"),
    "gone": _("%(host)s says it is gone (410)."),
    "status": _("%(host)s answered %(status)s."),
    "too_fast": _("%(host)s takes no more for the moment (%(detail)s); the message waits its turn."),
    "not_taken": _("%(host)s did not take the message: %(detail)s"),
    "unreadable": _("%(host)s answered something that is no receipt: %(detail)s"),
    "way_off": _("This way was removed or switched off."),
    "way_sealed": _("The address cannot be opened: the installation's secret key has changed. Enter the address again."),
    "no_gateway": _("No gateway for text messages is set up."),
    "senders_died": _("The program stopped each time it handed this message over."),
    "service_failed": _("The service did not take the message: %(detail)s"),
}


def sentence_of(failure: Mapping[str, Any]) -> str:
    """Return a reason in the reader's language; empty for none."""
    code = failure.get("code", "")
    if not code:
        return ""
    if code == "said":  # in the words of the far side alone
        return str(failure["detail"])
    return str(SENTENCES[code]) % failure


class NotDelivered(Exception):
    """A message could not be handed over.

    ``is_final`` when trying again cannot help; ``wait_seconds`` when the far side only asks for patience.
    """

    def __init__(self, code: str, *, is_final: bool = False, wait_seconds: float | None = None, **parts: object) -> None:
        self.failure = {"code": code, **{name: str(part)[:300] for name, part in parts.items()}}
        self.is_final = is_final
        self.wait_seconds = wait_seconds
        super().__init__(sentence_of(self.failure))
