"""Which files may be kept, told by their first bytes and never by their name alone (pure)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: bytes; a scanned report of 60 pages fits, a film does not. Below the 25 MB cap on request bodies.
MAX_FILE_BYTES = 20 * 1024 * 1024
#: characters; a comment is a remark, longer things are files.
MAX_COMMENT_CHARACTERS = 4000
#: entries looked at in an office file; a real document has a few hundred.
MAX_ARCHIVE_ENTRIES = 5000

_OOXML = "application/vnd.openxmlformats-officedocument"
_OFFICE = {
    "word/": (f"{_OOXML}.wordprocessingml.document", (".docx",)),
    "xl/": (f"{_OOXML}.spreadsheetml.sheet", (".xlsx",)),
    "ppt/": (f"{_OOXML}.presentationml.presentation", (".pptx",)),
}
_TEXT = (".txt", ".csv", ".tsv", ".md", ".json", ".log")
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))


@dataclass(frozen=True)
class FileType:
    """A kept type of file and the name endings that belong to it."""

    media_type: str
    endings: tuple[str, ...]


@dataclass(frozen=True)
class Mention:
    """A call ``@name`` in a text: where it stands and whom it calls."""

    start: int
    end: int
    people: frozenset[int]


ACCEPTED_ENDINGS = (".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp3", ".mp4", ".docx", ".xlsx", ".pptx", ".warc", *_TEXT)


def sniff(content: bytes) -> FileType | None:
    """Return the type the bytes themselves show, or None when it is not one we keep.

    >>> sniff(b"%PDF-1.7 ...").media_type
    'application/pdf'
    >>> sniff(b"MZ" + bytes(200)) is None
    True
    """
    if content.startswith(b"%PDF-"):
        return FileType("application/pdf", (".pdf",))
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType("image/png", (".png",))
    if content.startswith(b"\xff\xd8\xff"):
        return FileType("image/jpeg", (".jpg", ".jpeg"))
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return FileType("image/gif", (".gif",))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return FileType("image/webp", (".webp",))
    if content[4:8] == b"ftyp":
        return FileType("video/mp4", (".mp4",))
    if content[:3] == b"ID3":
        return FileType("audio/mpeg", (".mp3",))
    if content[:6] == b"WARC/1":
        return FileType("application/warc", (".warc",))
    if content[:4] == b"PK\x03\x04":
        return _sniff_office(content)
    return FileType("text/plain", _TEXT) if _is_text(content) else None


def _sniff_office(content: bytes) -> FileType | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    has_macro = any(name.lower().endswith("vbaproject.bin") for name in names)
    if has_macro or len(names) > MAX_ARCHIVE_ENTRIES or "[Content_Types].xml" not in names:
        return None
    for folder, (media_type, endings) in _OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return FileType(media_type, endings)
    return None


def _is_text(content: bytes) -> bool:
    if not content or b"\x00" in content:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(character.isprintable() or character in "\r\n\t\f\ufeff" for character in text[:4096])
    return False


def clean_name(name: str) -> str:
    """Return a file name without folders, control characters or tricks, at most 150 characters.

    >>> clean_name("../../etc/pass\\u202ewd.txt")
    '.._.._etc_passwd.txt'
    """
    visible = "".join(character for character in name if character.isprintable() and character not in "\u202a\u202b\u202c\u202d\u202e")
    stem = visible.translate(_FORBIDDEN_IN_NAMES).strip()
    return stem[-150:]


def has_ending(name: str, endings: tuple[str, ...]) -> bool:
    """Return whether the name ends as its type asks."""
    return name.lower().endswith(endings)


def mentions_in(text: str, names: Mapping[str, frozenset[int]]) -> list[Mention]:
    """Return the calls ``@name`` of known names, the longest name first, in the order of the text.

    An ``@`` inside a word is an e-mail address and calls nobody; a name in Latin letters must end there,
    a Chinese name may be followed by any sign.

    >>> mentions_in("请@林静看一下", {"林静": frozenset({7})})
    [Mention(start=1, end=4, people=frozenset({7}))]
    >>> mentions_in("mail a@lin.example", {"lin": frozenset({7})})
    []
    """
    longest_first = sorted((name for name in names if name), key=len, reverse=True)
    folded = {name: name.casefold() for name in longest_first}
    found: list[Mention] = []
    start = text.find("@")
    while start != -1:
        called = next((name for name in longest_first if _is_called(text, start, name, folded[name])), None)
        end = start + 1 + len(called) if called else start + 1
        if called and not (start and _is_latin(text[start - 1])):
            found.append(Mention(start, end, names[called]))
        start = text.find("@", end)
    return found


def _is_called(text: str, at: int, name: str, folded: str) -> bool:
    end = at + 1 + len(name)
    if text[at + 1 : end].casefold() != folded:
        return False
    return not (end < len(text) and _is_latin(name[-1]) and _is_latin(text[end]))


def _is_latin(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def split_at(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is one of the spans (in order, not overlapping).

    >>> split_at("ask @lin now", [(4, 8)])
    [('ask ', False), ('@lin', True), (' now', False)]
    """
    pieces: list[tuple[str, bool]] = []
    last = 0
    for start, end in spans:
        pieces += [(text[last:start], False), (text[start:end], True)]
        last = end
    return [(piece, is_span) for piece, is_span in [*pieces, (text[last:], False)] if piece]
