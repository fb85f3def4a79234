"""Compressed bodies: what they were, and bombs of each kind."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pyarrow as pa
import pytest

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.unpacking import unpacked

PLAIN = "自来水发黄".encode() * 50


def raw_deflate(body: bytes) -> bytes:
    """Return a deflate stream without its zlib frame, as many servers send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", lambda body: pa.compress(body, "brotli", asbytes=True)),
    "zstd": ("zstd", lambda body: pa.compress(body, "zstd", asbytes=True)),
}


@pytest.mark.parametrize("name", PACKERS)
def test_a_body_comes_out_as_it_was(name: str) -> None:
    encoding, pack = PACKERS[name]
    assert unpacked(pack(PLAIN), encoding, 10_000) == PLAIN


@pytest.mark.parametrize("name", PACKERS)
def test_a_bomb_ends_at_the_limit(name: str) -> None:
    encoding, pack = PACKERS[name]
    with pytest.raises(FetchError) as refused:
        unpacked(pack(b"\0" * 50_000_000), encoding, 1_000_000)
    assert refused.value.code == "too_large"


def test_a_bomb_inside_a_bomb_ends_at_the_limit() -> None:
    with pytest.raises(FetchError) as refused:
        unpacked(gzip.compress(gzip.compress(b"\0" * 50_000_000)), "gzip, gzip", 1_000_000)
    assert refused.value.code == "too_large"


def test_members_one_after_the_other_are_one_body() -> None:
    assert unpacked(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", 100) == b"one two"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "compress", "gzip, gzip, gzip", "x" * 500])
def test_what_is_not_so_encoded_is_refused_by_name(encoding: str) -> None:
    with pytest.raises(FetchError) as refused:
        unpacked(b"this is plain text", encoding, 1000)
    assert refused.value.code == "bad_encoding"


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_half_a_body_is_refused(name: str) -> None:
    encoding, pack = PACKERS[name]
    with pytest.raises(FetchError) as refused:
        unpacked(pack(PLAIN)[:-9], encoding, 10_000)
    assert refused.value.code == "bad_encoding"


@pytest.mark.parametrize("encoding", ["", "identity", "Identity, "])
def test_no_encoding_changes_nothing(encoding: str) -> None:
    assert unpacked(PLAIN, encoding, 10_000) == PLAIN
