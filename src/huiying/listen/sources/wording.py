"""Say in the reader's language why a source could not be read."""

from __future__ import annotations

from django.utils.translation import gettext as _


def error_words(stored: str) -> str:
    """Return the sentence for a stored fault, ``"code detail"``; empty for none."""
    if not stored:
        return ""
    code, _space, detail = stored.partition(" ")
    sentences = {
        "bad_url": _(
            "This is not a web address that can be read: %(detail)s. "
            "Give one that begins with https:// or http://, without user name or password."
        ),
        "refused_address": _("%(detail)s is a private address. If it is your own network, allow it with HUIYING_FETCH_ALLOW."),
        "refused_port": _("Port %(detail)s is refused: public sources are read on 80 and 443 only."),
        "no_such_host": _("There is no host named %(detail)s."),
        "too_slow": _("The source did not finish within %(detail)s seconds."),
        "too_large": _("The source sent more than %(detail)s bytes; that is no feed."),
        "too_many_redirects": _("The source redirected more than %(detail)s times."),
        "downgrade": _("The source redirected from https to an unprotected address: %(detail)s."),
        "http_status": _("The source answered with status %(detail)s."),
        "retry_later": _("The source asks us to wait (status %(detail)s)."),
        "unreachable": _("The source cannot be reached (%(detail)s)."),
        "empty": _("The source answered with nothing."),
        "not_a_feed": _("What the source sent is no RSS, Atom or JSON feed (%(detail)s)."),
        "broken": _("The feed is broken beyond repair (%(detail)s)."),
        "entity_bomb": _("The feed declares XML entities, which feeds never need and attacks do; it was refused."),
        "internal": _("Reading the source failed inside Huiying (%(detail)s). Please report this."),
    }
    return sentences.get(code, _("The source failed: %(detail)s.")) % {"detail": detail}
