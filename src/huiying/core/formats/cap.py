"""CAP 1.2 messages (OASIS, 2010): write them, and say what is wrong with one.

The checks are written from the specification: order of elements, how often each may come, its words, and the profile rules that the
schema cannot say. The schema itself is a third party's file and is not part of this project.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from huiying.core.formats.cap_checks import NAMESPACE, faults_of

__all__ = ["NAMESPACE", "Alert", "CapError", "Info", "Reference", "cap_time", "faults_of", "to_xml"]

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class CapError(ValueError):
    """The message would break the rules of CAP; the text names every fault."""


@dataclass(frozen=True)
class Reference:
    """An earlier message that this one replaces."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Info:
    """What a message says in one language."""

    language: str
    categories: Sequence[str]
    event: str
    urgency: str
    severity: str
    certainty: str
    effective: datetime
    onset: datetime
    expires: datetime | None
    sender_name: str
    headline: str
    description: str
    instruction: str
    response: str = "Monitor"
    parameters: Sequence[tuple[str, str]] = ()
    areas: Sequence[str] = ()


@dataclass(frozen=True)
class Alert:
    """One message."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    kind: str
    scope: str
    infos: Sequence[Info]
    restriction: str = ""
    note: str = ""
    references: Sequence[Reference] = ()


def cap_time(at: datetime) -> str:
    """Return a moment as CAP writes it: whole seconds, an offset, never Z.

    >>> from datetime import UTC
    >>> cap_time(datetime(2026, 11, 23, 18, 40, tzinfo=UTC))
    '2026-11-23T18:40:00+00:00'
    """
    if at.utcoffset() is None:
        raise CapError("A time without its zone cannot be sent.")
    if (at.utcoffset() or timedelta()) % timedelta(minutes=1):
        raise CapError("An offset of odd seconds cannot be sent.")
    return at.replace(microsecond=0).isoformat()


def to_xml(alert: Alert) -> bytes:
    """Return the message; raises CapError with every fault, so that nothing faulty leaves the house."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", cap_time(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.kind)
    _add(root, "scope", alert.scope)
    _add(root, "restriction", alert.restriction)
    _add(root, "note", alert.note)
    _add(root, "references", " ".join(f"{each.sender},{each.identifier},{cap_time(each.sent)}" for each in alert.references))
    for info in alert.infos:
        _add_info(root, info)
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    if faults := faults_of(text):
        raise CapError(" ".join(faults))
    return bytes(text)


def _add_info(root: etree._Element, info: Info) -> None:
    node = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    _add(node, "language", info.language)
    for category in info.categories:
        _add(node, "category", category)
    _add(node, "event", info.event)
    _add(node, "responseType", info.response)
    _add(node, "urgency", info.urgency)
    _add(node, "severity", info.severity)
    _add(node, "certainty", info.certainty)
    for name, at in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        _add(node, name, "" if at is None else cap_time(at))
    _add(node, "senderName", info.sender_name)
    _add(node, "headline", info.headline)
    _add(node, "description", info.description)
    _add(node, "instruction", info.instruction)
    for name, value in info.parameters:
        parameter = etree.SubElement(node, f"{{{NAMESPACE}}}parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)
    for area in info.areas:
        _add(etree.SubElement(node, f"{{{NAMESPACE}}}area"), "areaDesc", area)


def _add(parent: etree._Element, name: str, text: str) -> None:
    """Add an element unless it is empty; angle brackets become quotation marks, since a message holds no markup."""
    plain = _FORBIDDEN.sub("", text).replace("<", "〈").replace(">", "〉").strip()
    if plain:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = plain
