"""Which addresses may be dialled."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from huiying.core.collectors.addresses import FetchError, checked_url, dialable, is_public, networks

HOSTILE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "64:ff9b::7f00:1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2001::1",
    "3fff::1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_special_address_is_never_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["93.184.216.34", "114.114.114.114", "2400:3200::1", "2606:2800:220:1::1"])
def test_an_ordinary_host_is_public(text: str) -> None:
    assert is_public(ip_address(text))


def test_one_bad_address_refuses_the_whole_answer() -> None:
    with pytest.raises(FetchError) as refused:
        dialable("mixed.example", 80, ["93.184.216.34", "10.0.0.1"], ())
    assert refused.value.code == "refused_address"
    assert "10.0.0.1" in refused.value.detail


def test_an_allowed_network_opens_its_addresses_on_any_port() -> None:
    assert dialable("box.example", 8080, ["10.1.2.3"], networks(["10.1.2.0/24"])) == [ip_address("10.1.2.3")]
    with pytest.raises(FetchError):
        dialable("box.example", 8080, ["10.1.3.3"], networks(["10.1.2.0/24"]))


def test_an_unusual_port_of_a_public_host_is_refused() -> None:
    with pytest.raises(FetchError) as refused:
        dialable("host.example", 6379, ["93.184.216.34"], ())
    assert refused.value.code == "refused_port"


def test_a_name_without_address_is_said_so() -> None:
    with pytest.raises(FetchError) as refused:
        dialable("nowhere.example", 80, [], ())
    assert refused.value.code == "no_such_host"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a.example/",
        "file:///etc/passwd",
        "http://",
        "http://user:pw@a.example/",
        "http://user@a.example/",
        "http://a.example:99999/",
        "gopher://a.example",
        "http://a b.example/",
        "http://a.example/\r\nX: y",
        "http://[::1",
        "http://a.example/" + "x" * 3000,
    ],
)
def test_a_url_that_cannot_be_tried_is_refused(url: str) -> None:
    with pytest.raises(FetchError) as refused:
        checked_url(url)
    assert refused.value.code == "bad_url"


def test_a_plain_url_gives_scheme_host_and_port() -> None:
    assert checked_url("https://a.example/feed") == ("https", "a.example", 443)
    assert checked_url("http://a.example:8080/feed") == ("http", "a.example", 8080)
