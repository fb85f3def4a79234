"""What the fetcher tells about an answer: moves, pauses, headers, certificates, a shared pool."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from huiying import __version__
from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.fetch import Fetcher
from huiying.core.collectors.fetched import Fetched

LOOPBACK = ("127.0.0.0/8",)
Answer = Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]


@asynccontextmanager
async def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Run a real server on loopback that answers everything one way."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def fetched(answer: Answer, path: str = "/", **more: Any) -> Fetched:
    """Fetch one path from a server that answers so."""

    async def run() -> Fetched:
        async with serving(answer) as base, Fetcher(allow=LOOPBACK, contact=more.pop("contact", "")) as fetcher:
            return await fetcher.fetch(base + path, **more)

    return asyncio.run(run())


def redirecting(*statuses: int) -> Answer:
    """Return what redirects /0 to /1 and so on with these statuses, then answers."""

    async def answer(request: web.Request) -> web.Response:
        step = int(request.path.strip("/") or 0)
        if step < len(statuses):
            return web.Response(status=statuses[step], headers={"Location": f"/{step + 1}"})
        return web.Response(text="here")

    return answer


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), True), ((308, 301), True), ((302,), False), ((307, 301), False), ((301, 302), False), ((), False)],
)
def test_only_redirects_that_are_permanent_all_the_way_are_a_move(statuses: tuple[int, ...], moved: bool) -> None:
    answer = fetched(redirecting(*statuses), "/0")
    assert answer.body == b"here"
    assert answer.moved_to == (answer.url if moved else "")


def test_the_operator_is_named_to_every_server() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["User-Agent"])

    found = fetched(answer, contact="https://water.example/about-reading")
    assert found.body == f"Huiying/{__version__} (+https://water.example/about-reading)".encode()


def test_links_and_the_wish_for_a_pause_are_told() -> None:
    async def answer(_request: web.Request) -> web.Response:
        response = web.Response(text="x", headers={"Cache-Control": "public, max-age=900"})
        response.headers.add("Link", '<https://hub.example/>; rel="hub"')
        response.headers.add("Link", '<https://me.example/feed>; rel="self"')
        return response

    found = fetched(answer)
    assert found.least_pause == 900
    assert found.headers["link"] == '<https://hub.example/>; rel="hub", <https://me.example/feed>; rel="self"'


@pytest.mark.parametrize(("status", "code"), [(410, "gone"), (404, "http_status"), (500, "http_status"), (204, "http_status")])
def test_a_status_that_is_no_answer_has_a_code(status: int, code: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status)

    with pytest.raises(FetchError) as refused:
        fetched(answer)
    assert refused.value.code == code


@pytest.mark.parametrize("headers", [{"X-Long": "x" * 20_000}, {f"X-{number}": "x" for number in range(200)}])
def test_headers_without_end_are_refused(headers: dict[str, str]) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="x", headers=headers)

    with pytest.raises(FetchError) as refused:
        fetched(answer)
    assert refused.value.code in ("bad_answer", "unreachable")


def test_one_connection_serves_one_request_after_the_other() -> None:
    peers: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.append(request.transport.get_extra_info("peername"))
        return web.Response(text="x")

    async def run() -> None:
        async with serving(answer) as base, Fetcher(allow=LOOPBACK) as fetcher:
            for _turn in range(3):
                await fetcher.fetch(base)

    asyncio.run(run())
    assert len(peers) == 3 and len(set(peers)) == 1


def test_a_secret_header_does_not_follow_a_redirect_to_another_host() -> None:
    seen: list[str | None] = []

    async def other(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(text="x")

    async def run() -> None:
        async with serving(other) as elsewhere:

            async def away(request: web.Request) -> web.Response:
                seen.append(request.headers.get("Authorization"))
                return web.Response(status=302, headers={"Location": elsewhere})

            async with serving(away) as base, Fetcher(allow=LOOPBACK) as fetcher:
                await fetcher.fetch(base, headers={"Authorization": "Bearer secret"})

    asyncio.run(run())
    assert seen == ["Bearer secret", None]


def test_a_form_reaches_a_hub_and_its_status_is_told() -> None:
    got: list[dict[str, str]] = []

    async def hub(request: web.Request) -> web.Response:
        got.append({key: str(value) for key, value in (await request.post()).items()})
        return web.Response(status=202)

    async def run() -> int:
        async with serving(hub) as base, Fetcher(allow=LOOPBACK) as fetcher:
            return await fetcher.post(base, {"hub.mode": "subscribe"})

    assert asyncio.run(run()) == 202 and got == [{"hub.mode": "subscribe"}]


def certificate(folder: Path) -> ssl.SSLContext:
    """Return a server context whose certificate nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused_in_words(tmp_path: Path) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="x")

    async def run() -> FetchError:
        async with serving(answer, certificate(tmp_path)) as base, Fetcher(allow=LOOPBACK) as fetcher:
            with pytest.raises(FetchError) as refused:
                await fetcher.fetch(base)
            return refused.value

    error = asyncio.run(run())
    assert error.code == "bad_certificate" and "self" in error.detail


def test_a_server_without_tls_is_told_apart() -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="x")

    async def run() -> str:
        async with serving(answer) as base, Fetcher(allow=LOOPBACK) as fetcher:
            with pytest.raises(FetchError) as refused:
                await fetcher.fetch(base.replace("http://", "https://"))
            return refused.value.code

    assert asyncio.run(run()) == "no_tls"
