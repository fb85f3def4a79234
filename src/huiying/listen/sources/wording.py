"""Say in the reader's language why a source could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .saying import in_words

if TYPE_CHECKING:
    from huiying.core.collectors.contract import BadOption
    from huiying.core.formats.keywords import QueryFault


def error_words(stored: str) -> str:
    """Return the sentence for a stored fault, ``"code detail"``; empty for none."""
    if not stored:
        return ""
    code, _space, detail = stored.partition(" ")
    sentences = {**_not_reached(), **_not_read(), **_doubted()}
    return sentences.get(code, _("The source failed: %(detail)s.")) % {"detail": in_words(detail)}


def _not_reached() -> dict[str, str]:
    """Return the sentences for what never arrived."""
    return {
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
        "login_refused": _("The mailbox refused the user name or password: give them again (%(detail)s)."),
        "no_such_folder": _("The mailbox has no such folder (%(detail)s)."),
        "robots_refused": _("The site asks programs not to read this address (robots.txt): %(detail)s. It is not read."),
        "robots_unreachable": _("Whether the site may be read is not known, its robots.txt does not answer (%(detail)s)."),
        "redirect_refused": _("The stream redirects elsewhere, which is not followed: %(detail)s."),
        "closed": _("The source closed the connection (%(detail)s)."),
        "not_polled": _("This kind of source is not asked: it delivers by itself."),
    }


def _not_read() -> dict[str, str]:
    """Return the sentences for what arrived and cannot be used."""
    return {
        "empty": _("The source answered with nothing."),
        "not_a_feed": _("What the source sent is no RSS, Atom or JSON feed (%(detail)s)."),
        "broken": _("The feed is broken beyond repair (%(detail)s)."),
        "entity_bomb": _("The feed declares XML entities, which feeds never need and attacks do; it was refused."),
        "bad_encoding": _("The source sent a compression that cannot be read (%(detail)s)."),
        "bad_certificate": _("The certificate of the source is not valid (%(detail)s)."),
        "no_tls": _("No protected connection to the source is possible (%(detail)s)."),
        "bad_answer": _("The source does not speak HTTP as it should (%(detail)s)."),
        "gone": _("The source says that it is gone for good (status %(detail)s)."),
        "unreadable": _("What the source sent cannot be read: %(detail)s"),
        "ended": _("The source ended the connection."),
        "sealed": _("The secrets of the source cannot be opened: bring the key file source_keys back, or give them again."),
        "bad_option": _("A setting of the source cannot be used: %(detail)s."),
        "no_connector": _("This build has no connector named %(detail)s."),
        "not_a_page": _("What the source sent is no web page (%(detail)s)."),
        "not_a_sitemap": _("What the source sent is no sitemap (%(detail)s)."),
        "not_a_stream": _("What answers at the address is no stream (%(detail)s)."),
        "not_a_timeline": _("What the source sent is no timeline. %(detail)s"),
        "not_json": _("What the source sent is no JSON (%(detail)s)."),
        "no_items": _("The path %(detail)s leads to no list in what the source sent: look at the mapping."),
        "no_links": _("The selector %(detail)s finds no link on the page: look at the page and mend it."),
        "no_titles": _("The sitemap %(detail)s gives no titles: switch reading the pages on."),
        "too_many_elements": _("The page has more than %(detail)s elements; it is not read."),
    }


def _doubted() -> dict[str, str]:
    """Return the sentences for what was noticed about a source, and for our own faults."""
    return {
        "not_stored": _("The canary was collected but not stored."),
        "not_found": _("The canary was stored but the search does not find it."),
        "low": _("The source brings fewer items than expected (%(detail)s)."),
        "high": _("The source brings more items than expected (%(detail)s)."),
        "silent": _("The source answers but has brought nothing for longer than chance explains (%(detail)s)."),
        "gap": _("None of %(detail)s items was known: some may have been missed since the poll before."),
        "internal": _("Reading the source failed inside Huiying (%(detail)s). Please report this."),
    }


def option_words(error: BadOption) -> str:
    """Return the sentence for an option that cannot be used."""
    sentences = {
        "unknown_option": _("There is no setting “%(key)s” for this kind of source: %(accepted)s."),
        "missing_option": _("The setting “%(key)s” is missing: %(accepted)s."),
    }
    sentence = sentences.get(error.code, _("“%(value)s” cannot be used for “%(key)s”: use %(accepted)s."))
    return sentence % {"key": error.key, "value": error.value, "accepted": in_words(error.accepted)}


def part_words(part: str) -> str:
    """Return the sentence for a part of the way to the board that has stopped."""
    return {
        "collector": _("the collector gives no sign of life"),
        "worker": _("the worker gives no sign of life"),
        "canary": _("our own test post does not come through"),
    }[part]


def blind_words(parts: Iterable[str]) -> str:
    """Return the sentence that says which parts of the way to the board have stopped."""
    return _("We are blind: %(part)s.") % {"part": "; ".join(part_words(part) for part in parts)}


def channel_words(channel: str) -> str:
    """Return the word for a channel that is known by a key; a channel may have any other name, which stays as it is."""
    return {
        "web": pgettext("channel", "web pages"),
        "news": pgettext("channel", "news"),
        "forum": pgettext("channel", "forum"),
        "blog": pgettext("channel", "blog"),
        "microblog": pgettext("channel", "microblog"),
        "weibo": pgettext("channel", "Weibo"),
        "wechat": pgettext("channel", "WeChat"),
        "video": pgettext("channel", "video"),
        "social": pgettext("channel", "social media"),
        "hotline": pgettext("channel", "hotline"),
        "mail": pgettext("channel", "letters"),
        "partner": pgettext("channel", "partner"),
        "enquiry": pgettext("channel", "questions of the public"),
        "staff_report": pgettext("channel", "first reports"),
    }.get(channel, channel)


def missing_words(name: str) -> str:
    """Return what is missing about the legal ground of a source."""
    return {"basis": _("legal basis"), "purpose": _("purpose"), "terms": _("terms read")}[name]


def query_words(fault: QueryFault) -> str:
    """Return the sentence for a query that cannot be read, with the place of the fault."""
    sentences = {
        "too_long": _("The query has %(detail)s characters; it may have %(place)s at most."),
        "too_many": _("The query has more than %(detail)s terms: split it into several."),
        "too_deep": _("The query has more than %(detail)s groups inside each other: make it flatter."),
        "missing": _("At character %(place)s something to look for is missing."),
        "dangling": _("The sign “%(detail)s” at character %(place)s must stand right before what it means: -word."),
        "unclosed": _("“%(detail)s” at character %(place)s is opened and never closed."),
        "unopened": _("“%(detail)s” at character %(place)s closes what was never opened."),
        "no_words": _("“%(detail)s” at character %(place)s holds no letter, digit or Chinese character to look for."),
        "only_excludes": _("A query must say what to look for, not only what to leave out."),
        "regex": _("The pattern at character %(place)s cannot be read: %(detail)s."),
        "regex_length": _("The pattern at character %(place)s must have 1 to %(detail)s characters."),
        "handle": _("“%(detail)s” at character %(place)s names an account. Search is about matters, never about who said something."),
        "author_field": _(
            "“%(detail)s” at character %(place)s: there is no field for an author. Search is about matters, never about persons."
        ),
    }
    return sentences[fault.code] % {"place": fault.place, "detail": fault.detail}
