"""Turn bytes into text when the declared encoding may be wrong, missing, or true for only a part.

What a byte order mark, the zero bytes of UTF-16 or valid UTF-8 prove is believed; every other claim (XML declaration,
HTTP header, meta element) is only a candidate: candidates are decoded and the most plausible text wins.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from .plausible import plausibility

#: Bytes of a body that are compared between candidates; more would not change the answer, only cost time.
SAMPLE = 8_192
#: How much more plausible than the declared encoding another one must be (plausibility per byte).
DECLARED_BONUS = 0.12
#: Valid UTF-8 is rarely chance, however short.
VALID_BONUS = 0.8
#: A declared encoding whose text is this plausible needs no comparison (plausibility per byte).
CLEAR = 0.9
#: A piece with at least this many bytes outside ASCII is UTF-8 if it is valid UTF-8.
PROOF = 6
#: Tried on what is no UTF-8, besides what is declared.
CANDIDATES = (
    "utf-8", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1252", "cp1250", "cp1253", "cp1256",
    "cp874",
)  # fmt: skip
#: What sources write, and what they mean by it (Encoding Standard, plus names seen in the wild).
_MEANT = {
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "gb2312-80", "x-gbk", "cp936", "ms936", "hz-gb-2312", "hz", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cp950", "big-5", "cn-big5"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms932", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "x-windows-949", "uhc"), "cp949"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "ascii", "us-ascii", "ansi"), "cp1252"),
    **dict.fromkeys(("euc-jp", "x-euc-jp"), "euc_jp"),
    **dict.fromkeys(("iso-8859-9",), "cp1254"),
    **dict.fromkeys(("tis-620", "iso-8859-11"), "cp874"),
    **dict.fromkeys(("utf8", "utf-8", "unicode-1-1-utf-8", "utf8mb4"), "utf-8"),
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
#: None of these bytes is ever the second half of a character in the encodings that are tried.
_SEGMENTS = re.compile(rb"""[^<>"\r\n]+""")
#: Japanese in EUC-JP has its kana at the same bytes as GB 2312 has them.
_KANA = re.compile("[\u3041-\u3096]")
_ASCII = bytes(range(128))
_ESCAPES = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
#: UTF-8 read as windows-1252 and written as UTF-8 again: a lead character and its followers.
_MISREAD = re.compile("[\u00c3-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_MISREAD_RUN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{3,}"
)
_BYTES_1252 = {ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)): byte for byte in range(0x80, 0x100)} | {
    byte: byte for byte in range(0x80, 0xA0)
}


@dataclass(frozen=True)
class Decoded:
    """A text, the encoding it was in, the one that was declared ("" for none), and whether parts had to be mended."""

    text: str
    encoding: str
    declared: str = ""
    mended: bool = False


def decode(body: bytes, *, content_type: str = "") -> Decoded:
    """Return the text of a body; never raises.

    >>> decode("<?xml version='1.0' encoding='utf-8'?><t>自来水发黄</t>".encode("gb18030")).encoding
    'gb18030'
    """
    declared = _declared(body, content_type)
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _finished(body[len(mark) :], name, declared)
    wide = _wide(body)
    if wide:
        return _finished(body, wide, declared)
    if any(escape in body for escape in _ESCAPES):
        return Decoded(body.decode("iso2022_jp_ext", "replace"), "iso-2022-jp", declared)
    if declared.lower() in ("hz-gb-2312", "hz") and b"~{" in body:
        return Decoded(body.decode("hz", "replace"), "hz", declared)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _tried(body, declared)
    if _proves_nothing(body, text, declared):
        return _tried(body, declared, valid_utf8=True)
    mended = _without_misreading(text)
    return Decoded(mended, "utf-8", declared, mended is not text)


def codec_of(label: str) -> str:
    """Return the codec that a label means, or "" when there is none.

    >>> codec_of("GB2312"), codec_of("no-such-code")
    ('gb18030', '')
    """
    name = _MEANT.get(label.strip().lower(), label.strip())
    try:
        info = codecs.lookup(name)
        b"a".decode(name)
    except (LookupError, UnicodeError, ValueError, TypeError):
        return ""
    return "" if info.name in ("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined") else name


def _declared(body: bytes, content_type: str) -> str:
    head = body[:2048]
    for found in (_DECLARED.search(head), _META.search(head)):
        if found:
            return found[1].decode("ascii")
    charset = _CHARSET.search(content_type)
    return charset[1] if charset else ""


def _wide(body: bytes) -> str:
    """Return the encoding that regular zero bytes betray."""
    head = body[:400]
    if len(head) < 4:
        return ""
    if head[:3] == b"\0\0\0" or (head[1:4] == b"\0\0\0" and head[4:8].count(0) == 3):
        return "utf-32-be" if head[0] == 0 else "utf-32-le"
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd > len(head) // 8 and odd > 4 * even and head[1:2] == b"\0":
        return "utf-16-le"
    if even > len(head) // 8 and even > 4 * odd and head[0:1] == b"\0":
        return "utf-16-be"
    return ""


def _finished(body: bytes, name: str, declared: str) -> Decoded:
    try:
        return Decoded(body.decode(name), name, declared)
    except UnicodeDecodeError:
        if name == "utf-8":
            return _tried(body, declared)
        return Decoded(body.decode(name, "replace"), name, declared, mended=True)


def _proves_nothing(body: bytes, text: str, declared: str) -> bool:
    """Return whether so little outside ASCII is there that valid UTF-8 may be chance ("联通" in GBK is valid)."""
    if body.isascii() or _outside(body) >= 12:
        return False
    return plausibility(text) < 0 or codec_of(declared) not in ("", "utf-8", "cp1252")


def _tried(body: bytes, declared: str, *, valid_utf8: bool = False) -> Decoded:
    segments = [part for part in _SEGMENTS.findall(body) if not part.isascii()]
    sure = [segment for segment in segments if _is_surely_utf8(segment)]
    if 2 * len(sure) >= len(segments):
        chosen = "utf-8"
    else:
        others = [segment for segment in segments if not _is_surely_utf8(segment)] if sure else segments
        chosen = _best(b"\n".join(_sampled(others)), codec_of(declared), CANDIDATES, valid_utf8=valid_utf8)
    try:
        text = body.decode(chosen)
    except UnicodeDecodeError:
        text = ""
    if not text or (sure and chosen != "utf-8"):
        return Decoded(_by_segments(body, chosen, codec_of(declared)), chosen, declared, mended=True)
    return Decoded(_without_misreading(text) if chosen == "utf-8" else text, chosen, declared)


def _sampled(segments: list[bytes]) -> list[bytes]:
    kept, size = [], 0
    for segment in dict.fromkeys(segments):
        kept.append(segment)
        size += len(segment)
        if size > SAMPLE:
            break
    return kept


def _is_utf8(segment: bytes) -> bool:
    try:
        segment.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _outside(raw: bytes) -> int:
    """Return how many bytes are outside ASCII."""
    return len(raw.translate(None, _ASCII))


def _is_surely_utf8(segment: bytes) -> bool:
    return _outside(segment) >= PROOF and _is_utf8(segment) and plausibility(segment.decode("utf-8")) > 0


def _best(sample: bytes, declared: str, candidates: tuple[str, ...], *, valid_utf8: bool = False) -> str:
    outside = _outside(sample) or 1
    scores: dict[str, float] = {}
    for name in dict.fromkeys((declared, *candidates)):
        if not name:
            continue
        text = sample.decode(name, "replace")
        scores[name] = plausibility(text) / outside
        if name == declared and scores[name] >= CLEAR and not (name == "gb18030" and _KANA.search(text)):
            return name
        scores[name] += VALID_BONUS if valid_utf8 and name == "utf-8" else DECLARED_BONUS if name == declared else 0.0
    return max(scores, key=scores.__getitem__)


def _by_segments(body: bytes, chosen: str, declared: str) -> str:
    """Decode piece by piece: where the chosen encoding fails, another that reads the piece well is taken."""

    def piece(segment: bytes) -> str:
        if segment.isascii() or _is_surely_utf8(segment):
            return segment.decode("utf-8")
        try:
            return segment.decode(chosen)
        except UnicodeDecodeError:
            best = "utf-8" if _is_utf8(segment) else _best(segment, declared, (chosen, *CANDIDATES))
            return segment.decode(best, "replace")

    parts, end = [], 0
    for match in _SEGMENTS.finditer(body):
        parts.append(body[end : match.start()].decode("ascii"))
        parts.append(piece(match[0]))
        end = match.end()
    parts.append(body[end:].decode("ascii", "replace"))
    return "".join(parts)


def _without_misreading(text: str) -> str:
    """Mend runs of UTF-8 that somebody read as windows-1252 and saved again; returns the same object if there are none."""
    if not _MISREAD.search(text):
        return text
    mended = _MISREAD_RUN.sub(_reread, text)
    return text if mended == text else mended


def _reread(run: re.Match[str]) -> str:
    raw = bytes(_BYTES_1252.get(ord(character), 0x3F) for character in run[0])
    try:
        read = raw.decode("utf-8")
    except UnicodeDecodeError:
        return run[0]
    return read if plausibility(read) > 0 and len(read) < len(run[0]) else run[0]
