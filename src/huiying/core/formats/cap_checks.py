"""What is wrong with a CAP 1.2 message, each fault as a sentence."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from lxml import etree

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
#: bytes; a message is a page of text.
MOST_BYTES = 1_000_000

#: Element -> its children in order, each with the fewest and the most times it may come (None: any number).
Children = tuple[tuple[str, int, int | None], ...]
_ORDER: dict[str, Children] = {
    "alert": (
        ("identifier", 1, 1), ("sender", 1, 1), ("sent", 1, 1), ("status", 1, 1), ("msgType", 1, 1), ("source", 0, 1), ("scope", 1, 1),
        ("restriction", 0, 1), ("addresses", 0, 1), ("code", 0, None), ("note", 0, 1), ("references", 0, 1), ("incidents", 0, 1),
        ("info", 0, None),
    ),
    "info": (
        ("language", 0, 1), ("category", 1, None), ("event", 1, 1), ("responseType", 0, None), ("urgency", 1, 1), ("severity", 1, 1),
        ("certainty", 1, 1), ("audience", 0, 1), ("eventCode", 0, None), ("effective", 0, 1), ("onset", 0, 1), ("expires", 0, 1),
        ("senderName", 0, 1), ("headline", 0, 1), ("description", 0, 1), ("instruction", 0, 1), ("web", 0, 1), ("contact", 0, 1),
        ("parameter", 0, None), ("resource", 0, None), ("area", 0, None),
    ),
    "eventCode": (("valueName", 1, 1), ("value", 1, 1)),
    "parameter": (("valueName", 1, 1), ("value", 1, 1)),
    "geocode": (("valueName", 1, 1), ("value", 1, 1)),
    "resource": (("resourceDesc", 1, 1), ("mimeType", 1, 1), ("size", 0, 1), ("uri", 0, 1), ("derefUri", 0, 1), ("digest", 0, 1)),
    "area": (("areaDesc", 1, 1), ("polygon", 0, None), ("circle", 0, None), ("geocode", 0, None), ("altitude", 0, 1), ("ceiling", 0, 1)),
}  # fmt: skip
_WORDS = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
}
_TIMES = ("sent", "effective", "onset", "expires")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", re.ASCII)
_NAME = re.compile(r"[^\s,<&]+")
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
Point = tuple[float, float]


def faults_of(text: bytes) -> list[str]:
    """Return every fault of a message, none when it is right."""
    if len(text) > MOST_BYTES:
        return [f"The message has {len(text):,} bytes; at most {MOST_BYTES:,} are read."]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return [f"Not readable as XML: {error}."]
    if root.getroottree().docinfo.doctype:
        return ["A message has no document type."]
    if root.tag != f"{{{NAMESPACE}}}alert":
        return [f"The root must be “alert” of {NAMESPACE}."]
    faults = list(_shape(root))
    return faults or [*_times(root), *_names(root), *_profile(root), *_areas(root)]


def _shape(node: etree._Element) -> Iterator[str]:
    """Check names, order, number and words of what a node holds, and below."""
    name = _local(node)
    rows = _ORDER.get(name)
    if rows is None:
        if len(node):
            yield f"“{name}” holds text only."
        words = _WORDS.get(name)
        if words is not None and _text(node) not in words.split():
            yield f"“{name}” is “{_text(node)}”: use one of {', '.join(words.split())}."
        return
    places = {child: place for place, (child, _least, _most) in enumerate(rows)}
    order: list[int] = []
    for child in node:
        known = isinstance(child.tag, str) and child.tag == f"{{{NAMESPACE}}}{_local(child)}" and _local(child) in places
        if not known:
            yield f"“{_local(child)}” does not belong into “{name}”: use {', '.join(places)}."
            continue
        order.append(places[_local(child)])
        yield from _shape(child)
    if order != sorted(order):
        yield f"The elements of “{name}” are out of order: {', '.join(places)}."
    for place, (child, least, most) in enumerate(rows):
        count = order.count(place)
        if count < least or (most is not None and count > most):
            yield f"“{name}” has {count} of “{child}”; {least} to {most if most is not None else 'any number'} are allowed."
        if least and any(not _text(each) and not len(each) for each in _all(node, child)):
            yield f"“{child}” is empty."


def _times(root: etree._Element) -> Iterator[str]:
    for node in root.iter(*(f"{{{NAMESPACE}}}{name}" for name in _TIMES)):
        if _moment(_text(node)) is None:
            yield f"“{_local(node)}” is “{_text(node)}”: write 2026-11-23T18:40:00+08:00, never with Z."
    for info in _all(root, "info"):
        start, end = _moment(_first(info, "effective") or _first(root, "sent")), _moment(_first(info, "expires"))
        if start and end and not start < end:
            yield "“effective” must come before “expires”."


def _names(root: etree._Element) -> Iterator[str]:
    for name in ("identifier", "sender"):
        if not _NAME.fullmatch(_first(root, name)):
            yield f"“{name}” is “{_first(root, name)}”: no space, comma, < or & is allowed."
    own, sent = (_first(root, "sender"), _first(root, "identifier")), _moment(_first(root, "sent"))
    for reference in _first(root, "references").split():
        parts = reference.split(",")
        at = _moment(parts[2]) if len(parts) == 3 else None
        if at is None or not parts[0] or not parts[1]:
            yield f"The reference “{reference}” must be sender,identifier,sent."
        elif (parts[0], parts[1]) == own:
            yield "A message cannot refer to itself."
        elif sent and at > sent:
            yield f"The reference “{reference}” is later than the message."


def _profile(root: etree._Element) -> Iterator[str]:
    scope, kind = _first(root, "scope"), _first(root, "msgType")
    if (scope == "Restricted") != bool(_first(root, "restriction")):
        yield "“restriction” belongs to the scope Restricted, and only to it."
    if scope == "Private" and not _first(root, "addresses"):
        yield "The scope Private needs “addresses”."
    if kind in ("Update", "Cancel") and not _first(root, "references"):
        yield f"“{kind}” must name the messages that it replaces."
    if kind == "Alert" and _first(root, "references"):
        yield "A first Alert replaces no message: use Update."
    infos = _all(root, "info")
    if kind in ("Alert", "Update") and not infos:
        yield f"“{kind}” must say something: it has no “info”."
    if len({(_texts(info, "category"), _codes(info)) for info in infos}) > 1:
        yield "All “info” must have the same categories and event codes."
    told = [(_first(info, "language") or "en-US", _first(info, "headline"), _first(info, "description")) for info in infos]
    for at, one in enumerate(told):
        if any(other[0] != one[0] and other[1:] == one[1:] and any(one[1:]) for other in told[at + 1 :]):
            yield "The same text is given for two languages."
    for node in root.iter():
        if not len(node) and _MARKUP.search(html.unescape(_text(node))):
            yield f"“{_local(node)}” holds markup; only plain text is allowed."


def _areas(root: etree._Element) -> Iterator[str]:
    for area in root.iter(f"{{{NAMESPACE}}}area"):
        if _first(area, "ceiling") and not _first(area, "altitude"):
            yield "“ceiling” needs “altitude”."
        for node in _all(area, "polygon"):
            yield from _polygon(_text(node))


def _polygon(text: str) -> Iterator[str]:
    points = [_point(part) for part in text.split()]
    whole = [point for point in points if point is not None]
    if len(whole) != len(points) or len(points) < 4 or points[0] != points[-1]:
        yield "A polygon needs at least four points “latitude,longitude”, the last the same as the first."
        return
    sides = list(pairwise(whole))
    for at, one in enumerate(sides):
        for other in sides[at + 2 :]:
            if not (at == 0 and other is sides[-1]) and _cross(one, other):
                yield "A polygon must not cross itself."
                return


def _point(text: str) -> Point | None:
    parts = text.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = one, other
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def _moment(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _local(node: etree._Element) -> str:
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else "?"


def _text(node: etree._Element) -> str:
    return (node.text or "").strip()


def _all(node: etree._Element, name: str) -> list[etree._Element]:
    return list(node.findall(f"{{{NAMESPACE}}}{name}"))


def _first(node: etree._Element, name: str) -> str:
    found = _all(node, name)
    return _text(found[0]) if found else ""


def _texts(node: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(sorted(_text(each) for each in _all(node, name)))


def _codes(info: etree._Element) -> tuple[str, ...]:
    found: Iterable[etree._Element] = _all(info, "eventCode")
    return tuple(sorted(f"{_first(each, 'valueName')}={_first(each, 'value')}" for each in found))
