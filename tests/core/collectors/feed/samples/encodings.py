"""Encodings as they are and as they are declared: in the document, in the HTTP header, rightly, wrongly, not at all."""

from __future__ import annotations

from collections.abc import Iterator

from .model import AT, STORIES, Sample, Want, atom, atom_entry, rss, rss_item

KOREAN = ("수돗물이 누렇게 나온다는 신고가 잇따르고 있다", "어제부터 물과 전기가 끊겨 주민들이 불편을 겪고 있습니다.")
RUSSIAN = ("В трёх районах пошла жёлтая вода", "Жители жалуются на горячую линию, ответа пока нет.")
FRENCH = ("L’eau du robinet devient jaune à Orléans", "La préfète a déclaré que les prélèvements étaient terminés.")
POLISH = ("Żółta woda w trzech dzielnicach", "Mieszkańcy skarżą się, że nikt nie odpowiada na zgłoszenia.")
GREEK = ("Κίτρινο νερό σε τρεις συνοικίες", "Οι κάτοικοι ζητούν απαντήσεις από την υπηρεσία ύδρευσης.")
THAI = ("น้ำประปาเป็นสีเหลือง", "ชาวบ้านร้องเรียนผ่านสายด่วน")


def _told(tag: str) -> tuple[str, str]:
    return STORIES[tag].title, f"{STORIES[tag].last}{STORIES[tag].points[0]}"


#: What is said, the encoding that it is in, and its name in a declaration.
ENCODED = [
    *[(_told("zh-CN"), codec, name) for codec, name in (("utf-8", "utf-8"), ("gb18030", "gb18030"), ("gbk", "gbk"), ("gb18030", "gb2312"))],
    *[(_told("zh-CN"), codec, "utf-16") for codec in ("utf-16", "utf-16-le", "utf-16-be")],
    (_told("zh-CN"), "utf-8-sig", "utf-8"),
    (_told("zh-CN"), "utf-32", "utf-32"),
    (_told("zh-TW"), "big5hkscs", "big5"),
    (_told("zh-TW"), "gb18030", "gb18030"),
    (_told("ja"), "cp932", "shift_jis"),
    (_told("ja"), "euc_jp", "euc-jp"),
    (_told("ja"), "iso2022_jp", "iso-2022-jp"),
    (KOREAN, "cp949", "euc-kr"),
    (RUSSIAN, "cp1251", "windows-1251"),
    (RUSSIAN, "koi8_r", "koi8-r"),
    (FRENCH, "cp1252", "windows-1252"),
    (POLISH, "cp1250", "windows-1250"),
    (GREEK, "cp1253", "windows-1253"),
    (THAI, "cp874", "tis-620"),
]


def samples() -> Iterator[Sample]:
    """Yield 21 encodings x 5 declarations, and deliveries that mix several."""
    for told, codec, name in ENCODED:
        for declared in dict.fromkeys((name, "utf-8", "iso-8859-1", "no-such-code", "")):
            yield _sample(told, f"{codec} ({name})", declared, header="")
        yield _sample(told, f"{codec} ({name})", "", header=name)
    yield from _mixed()
    yield from _short()


def _sample(told: tuple[str, str], named: str, declared: str, *, header: str) -> Sample:
    title, text = told
    codec = named.split()[0]
    items = [rss_item(n, title=title, description=text) for n in (1, 2)]
    content_type = f"text/xml; charset={header}" if header else "text/xml"
    name = f"encoding/{named}/{title[:4]}/{'header ' + header if header else declared or 'undeclared'}"
    body = rss(items, encoding=declared or None).encode(codec)
    return Sample(name, body, [Want(title=title, text=text, id=f"urn:post:{n}", at=AT) for n in (1, 2)], content_type=content_type)


def _mixed() -> Iterator[Sample]:
    title, text = _told("zh-CN")
    want = Want(title=title, text=text)
    head, tail = rss(["{}"]).split("{}")
    item = rss_item(1, title=title, description=text)
    for inner, outer in (("gb18030", "utf-8"), ("utf-8", "gb18030")):
        body = head.encode() + item.encode(outer) * 3 + item.replace("urn:post:1", "urn:post:2").encode(inner) + tail.encode()
        yield Sample(f"encoding/mixed/{inner} in {outer}", body, [want, want])
    misread = item.encode().decode("latin-1").encode()
    yield Sample("encoding/misread and saved again", head.encode() + misread + tail.encode(), [want])
    half = item.replace(title, title.encode().decode("latin-1"))
    yield Sample("encoding/title alone misread", (head + half + tail).encode(), [want])
    cut = item.encode().replace(text.encode(), text.encode()[:-2])
    yield Sample(
        "encoding/utf-8 cut inside a character", head.encode() + cut + tail.encode(), [Want(title=title, text=text[:-1] + "\ufffd")]
    )
    entry = atom_entry(1, title=title, content=f"<content>{text}</content>")
    yield Sample("encoding/atom in big5 that is said to be gbk", _atom_big5(), [Want(title=_told("zh-TW")[0], text=_told("zh-TW")[1])])
    yield Sample("encoding/atom with a mark and a wrong name", b"\xef\xbb\xbf" + atom([entry], encoding="gb2312").encode(), [want])


def _atom_big5() -> bytes:
    title, text = _told("zh-TW")
    return atom([atom_entry(1, title=title, content=f"<content>{text}</content>")], encoding="gbk").encode("big5hkscs")


def _short() -> Iterator[Sample]:
    """Yield deliveries with so few characters that their bytes prove little."""
    for words, codec, declared in (
        ("停水", "gb18030", "gb2312"),
        ("联通", "gb18030", "gbk"),
        ("联通", "utf-8", "utf-8"),
        ("停水通知", "gb18030", "utf-8"),
        ("停水通知", "big5hkscs", "big5"),
        ("café", "utf-8", "utf-8"),
        ("café", "cp1252", "iso-8859-1"),
        ("→ ok", "utf-8", "utf-8"),
    ):
        body = rss([rss_item(1, title=words)], encoding=declared).encode(codec)
        yield Sample(f"encoding/short/{words} {codec} {declared}", body, [Want(title=words)])
