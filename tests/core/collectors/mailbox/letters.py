"""Letters as mail programs write them."""

from __future__ import annotations

from base64 import b64encode
from email.message import EmailMessage
from quopri import encodestring


def letter(number: int, *, text: str = "", **headers: str) -> bytes:
    """Return an ordinary letter of a complainant."""
    mail = EmailMessage()
    mail["From"] = headers.pop("sender", "王小明 <wang.xiaoming@mail.example>")
    mail["To"] = "complaints@water.example"
    mail["Subject"] = headers.pop("subject", f"自来水发黄 {number}")
    mail["Date"] = headers.pop("date", "Mon, 23 Nov 2026 10:00:00 +0800")
    mail["Message-ID"] = f"<{number}@mail.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text or f"城东区从昨天起停水 {number}。\n王小明\n--\n王小明 13800138000\n")
    return mail.as_bytes()


def raw(headers: str, body: bytes = b"") -> bytes:
    """Return a message whose headers are given as they are on the wire."""
    lines = headers.strip().split("\n")
    return b"\r\n".join([*(line.encode("utf-8", "surrogateescape") for line in lines), b"", body])


def single(text: str, charset: str, transfer: str, *, kind: str = "text/plain", declared: str | None = None) -> bytes:
    """Return a message of one part in an encoding, transferred in one of the ways there are."""
    content = text.encode(charset)
    body = {"base64": b64encode(content), "quoted-printable": encodestring(content), "8bit": content}[transfer]
    name = charset if declared is None else declared
    return raw(
        "From: a@b.example\nSubject: x\nDate: Mon, 23 Nov 2026 10:00:00 +0800\nMessage-ID: <1@b.example>\nMIME-Version: 1.0\n"
        f'Content-Type: {kind}; charset="{name}"\nContent-Transfer-Encoding: {transfer}',
        body,
    )
