"""Turn a message into a record: what its writer says now, without quotations, signature, attachments and addresses (no I/O)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from selectolax.lexbor import LexborHTMLParser

from ..encodings import decode
from ..plaintext import plain
from ..records import Record, Unreadable
from ..seen import digest

#: Parts inside parts: mail programs write three, and the time to take them apart grows with the square.
PARTS_LIMIT = 100
#: Names of attachments that are listed.
_LISTED = 20
#: Stands where the writer's own name or address stood.
HIDDEN = "[…]"
_PREFIX = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|答复|回复|转发|回覆|轉寄)\s*(?:\[\d+\])?\s*[:：])+\s*", re.IGNORECASE)
_QUOTE_STARTS = re.compile(
    r"^\s*(?:"
    r"-{2,}\s*(?:original message|原始邮件|原始郵件|转发邮件|forwarded message)\s*-{2,}"
    r"|(?:on|在)\s.{4,200}(?:wrote|写道|寫道)\s*[:：]"
    r"|.{4,120}(?:写道|寫道)\s*[:：]"
    r"|_{10,}"
    r"|(?:from|发件人|寄件者)\s*[:：].{0,200}"
    r")\s*$",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(
    r"^\s*(?:from|to|sent|date|subject|cc|发件人|收件人|发送时间|日期|主题|抄送|寄件者|收件者)\s*[:：]", re.IGNORECASE
)
_SIGNATURE = re.compile(r"^(?:--\s?|—{2,}|发自我的.{0,30}|從我的.{0,30}傳送|sent from .{0,60}|get outlook for .{0,30})$", re.IGNORECASE)
_QUOTED_HTML = "blockquote, .gmail_quote, #isReplyContent, #divRplyFwdMsg, #divRplyFwdMsg ~ *, .moz-cite-prefix, #qt, script, style"
_ROBOTS = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounce)", re.IGNORECASE)


def read_message(raw: bytes, *, place: str, arrived: datetime | None, now: datetime) -> Record | Unreadable:
    """Return the record of one message, or why it is none; never raises."""
    if raw.lower().count(b"multipart/") > PARTS_LIMIT:
        return Unreadable(f"the message has more than {PARTS_LIMIT} parts inside each other", place, "")
    try:
        letter = message_from_bytes(raw, policy=policy.compat32)
        reason = automatic(letter)
        if reason:
            return Unreadable(reason, place, "")
        return _record(letter, place=place, arrived=arrived, now=now)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, IndexError) as error:  # a hostile message
        return Unreadable(f"the message cannot be read ({type(error).__name__})", place, "")


def automatic(letter: Message) -> str:
    """Return why a message was written by a machine, or nothing."""
    if letter.get_content_type() == "multipart/report":
        return "a report about a delivery (bounce), not a letter"
    said = str(letter.get("Auto-Submitted") or "no").strip().lower()
    if not said.startswith("no") or letter.get("X-Autoreply") or letter.get("X-Autorespond"):
        return "an automatic reply, not a letter"
    if str(letter.get("Precedence") or "").strip().lower() in ("auto_reply", "bulk", "junk", "list"):
        return "a circular or an automatic reply, not a letter"
    if str(letter.get("Return-Path") or "x").strip() == "<>" or _ROBOTS.match(_sender(letter)[1]):
        return "sent by a machine, not by a person"
    return ""


def _record(letter: Message, *, place: str, arrived: datetime | None, now: datetime) -> Record | Unreadable:
    name, address = _sender(letter)
    title = _PREFIX.sub("", _header(letter, "Subject")).strip()
    if letter.get_content_type() in ("application/pkcs7-mime", "multipart/encrypted"):
        return Unreadable("the message is encrypted", place, "")
    text, attached = _content(letter)
    text = own_words(text)
    if attached:
        text = f"{text}\n[{', '.join(attached[:_LISTED])}]".strip()
    for own in sorted((word for word in (name, address) if len(word) > 1), key=len, reverse=True):
        title, text = title.replace(own, HIDDEN), re.sub(re.escape(own), HIDDEN, text, flags=re.IGNORECASE)
    if not title and not text:
        return Unreadable("the message says nothing", place, "")
    published = _written(letter, arrived, now)
    identity = str(letter.get("Message-ID") or "").strip() or f"{address} {published} {title} {text}"
    return Record(
        item_id=digest(identity), published_at=published, title=title, text=text, author_handle=address or name or None, place=place
    )


def _sender(letter: Message) -> tuple[str, str]:
    found = getaddresses([_header(letter, "From")])
    name, address = found[0] if found else ("", "")
    return name.strip(" \"'"), address.strip().lower()


def _header(letter: Message, name: str) -> str:
    """Return a header as text, even when it breaks the rules of encoded words."""
    value = letter.get(name)
    if value is None:
        return ""
    pieces = []
    for piece, charset in decode_header(value):
        if isinstance(piece, str):
            pieces.append(piece)
        elif charset in (None, "unknown-8bit"):
            pieces.append(decode(piece).text)
        else:
            pieces.append(decode(piece, content_type=f"charset={charset}").text)
    text = " ".join("".join(pieces).split())
    return decode(text.encode("utf-8", "surrogateescape")).text if any(0xD800 <= ord(sign) < 0xE000 for sign in text) else text


def _content(letter: Message) -> tuple[str, list[str]]:
    """Return the readable text (plain before HTML) and the names of what is attached."""
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    attached: list[str] = []
    for part in _parts(letter):
        name, kind = part.get_filename(), part.get_content_type()
        if name or part.get_content_disposition() == "attachment" or kind not in texts:
            attached.append(" ".join(_decoded_name(name or kind).split())[:120])
        else:
            texts[kind].append(_text(part))
    if any(text.strip() for text in texts["text/plain"]):
        return "\n".join(texts["text/plain"]), attached
    return "\n".join(_of_html(text) for text in texts["text/html"]), attached


def _parts(letter: Message) -> Iterator[Message]:
    """Yield the leaves; an attached message is an attachment, whatever it holds."""
    if letter.get_content_type() == "message/rfc822" or not letter.is_multipart():
        yield letter
        return
    for part in letter.get_payload():
        if isinstance(part, Message):
            yield from _parts(part)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return decode(payload, content_type=f"charset={part.get_content_charset() or ''}").text if isinstance(payload, bytes) else ""


def _decoded_name(name: str) -> str:
    letter = Message()
    letter["Name"] = name.replace("\r", " ").replace("\n", " ")
    return _header(letter, "Name")


def _of_html(markup: str) -> str:
    page = LexborHTMLParser(markup)
    for node in page.css(_QUOTED_HTML):
        node.decompose(recursive=True)
    return plain(page.html or "")


def own_words(text: str) -> str:
    """Return what the writer of a message says, without what is quoted and without the signature.

    >>> own_words("水还是黄的。\\n\\n在 2026年11月23日，客服 写道：\\n> 已处理")
    '水还是黄的。'
    """
    kept: list[str] = []
    lines = text.replace("\r\n", "\n").replace("\u00a0", " ").split("\n")
    for place, line in enumerate(lines):
        if _SIGNATURE.match(line.strip()) and kept:
            break
        if _QUOTE_STARTS.match(line) and any(kept) and (not _HEADER_LINE.match(line) or _is_header_block(lines[place:])):
            break
        if not line.lstrip().startswith((">", "＞")):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in kept)).strip()


def _is_header_block(lines: list[str]) -> bool:
    """Return whether a line such as "From: …" is followed by others of its kind."""
    return sum(1 for line in lines[:6] if _HEADER_LINE.match(line)) >= 3


def _written(letter: Message, arrived: datetime | None, now: datetime) -> datetime | None:
    """Return when a message was written: what it says itself, unless the server that took it knows better."""
    try:
        said = parsedate_to_datetime(str(letter.get("Date")))
        said = (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return arrived
    latest = arrived or now
    return said if latest - timedelta(days=30) <= said <= latest + timedelta(minutes=10) else arrived or said
