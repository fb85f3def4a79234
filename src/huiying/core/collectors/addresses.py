"""Which addresses the collector may dial: an explicit list, because ``is_global`` is wrong on some.

Python 3.11 calls 192.0.0.192 (cloud metadata), NAT64 and 6to4 wrappings of loopback "global".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: IANA special-purpose registry, IPv4: everything that is not an ordinary public host.
_DENIED_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
#: IPv6: only global unicast, less its special parts.
_PUBLIC_6 = IPv6Network("2000::/3")
_DENIED_6 = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
#: What a public host may be asked on, unless the caller's protocol has ports of its own.
WEB_PORTS = frozenset({80, 443})


class FetchError(Exception):
    """A delivery that did not come: a stable code for the program, a detail for the sentence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks that an operator has allowed."""
    return tuple(ip_network(text) for text in texts)


def is_public(address: Address) -> bool:
    """Return whether an address is an ordinary host of the public internet.

    >>> is_public(ip_address("192.0.0.192")), is_public(ip_address("::ffff:127.0.0.1")), is_public(ip_address("93.184.216.34"))
    (False, False, True)
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        return address in _PUBLIC_6 and not any(address in network for network in _DENIED_6)
    return not any(address in network for network in _DENIED_4)


def is_allowed(address: Address, allowed: tuple[Network, ...]) -> bool:
    """Return whether the operator's list names the address."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address.version == network.version and address in network for network in allowed)


def checked_url(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a URL that may be tried; raises FetchError "bad_url"."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError("bad_url", url[:200]) from error
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or parts.password is not None or len(url) > 2000:
        raise FetchError("bad_url", url[:200])
    if any(character.isspace() or ord(character) < 32 for character in url):
        raise FetchError("bad_url", url[:200])
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)


def dialable(
    host: str, port: int, addresses: Iterable[str], allowed: tuple[Network, ...], ports: Collection[int] = WEB_PORTS
) -> list[Address]:
    """Return the addresses that may be dialled; one bad address refuses the whole answer.

    An address outside the public internet must be on the operator's list, and so must any port
    but those of the protocol (80 and 443).
    """
    parsed = [ip_address(text.split("%", 1)[0]) for text in addresses]
    if not parsed:
        raise FetchError("no_such_host", host)
    for address in parsed:
        listed = is_allowed(address, allowed)
        if not listed and not is_public(address):
            raise FetchError("refused_address", f"{host} ({address})" if host != str(address) else host)
        if not listed and port not in ports:
            raise FetchError("refused_port", str(port))
    return parsed
