"""Undo a body's compression up to a limit: the cap counts after decompression, so a bomb stays small."""

from __future__ import annotations

import zlib

import pyarrow as pa

from .addresses import FetchError

#: What we say we understand; a server that sends anything else is refused by name.
ACCEPTED = "gzip, deflate, br, zstd"
#: RFC 9110 allows several encodings one over the other; honest servers use one.
LAYERS = 2


def unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """Return the body as it was before the encodings of a Content-Encoding header; raises FetchError.

    >>> unpacked(zlib.compress(b"ok"), "deflate", 10)
    b'ok'
    """
    names = [name.strip().lower() for name in encoding.split(",") if name.strip().lower() not in ("", "identity")]
    if len(names) > LAYERS:
        raise FetchError("bad_encoding", encoding[:100])
    for name in reversed(names):
        body = _one(body, name, limit)
    return body


def _one(body: bytes, name: str, limit: int) -> bytes:
    try:
        if name in ("gzip", "x-gzip"):
            return _zlib(body, zlib.MAX_WBITS | 16, limit)
        if name == "deflate":
            return _deflate(body, limit)
        if name in ("br", "zstd"):
            return _arrow(body, {"br": "brotli"}.get(name, name), limit)
    except (zlib.error, OSError) as error:
        raise FetchError("bad_encoding", name) from error
    raise FetchError("bad_encoding", name[:100])


def _deflate(body: bytes, limit: int) -> bytes:
    try:
        return _zlib(body, zlib.MAX_WBITS, limit)
    except zlib.error:
        return _zlib(body, -zlib.MAX_WBITS, limit)  # what many servers mean by "deflate"


def _zlib(body: bytes, bits: int, limit: int) -> bytes:
    plain = bytearray()
    while body:
        stream = zlib.decompressobj(bits)
        plain += stream.decompress(body, limit + 1 - len(plain))
        if len(plain) > limit or stream.unconsumed_tail:
            raise FetchError("too_large", str(limit))
        if not stream.eof:
            raise zlib.error("the stream ends too early")
        body = stream.unused_data.lstrip(b"\0")  # members may follow, and padding
    return bytes(plain)


def _arrow(body: bytes, codec: str, limit: int) -> bytes:
    with pa.CompressedInputStream(pa.BufferReader(body), codec) as stream:
        plain: bytes = stream.read(limit + 1)
    if len(plain) > limit:
        raise FetchError("too_large", str(limit))
    return plain
