"""Listen to a Bluesky Jetstream for posts about a matter; whoever calls reconnects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp

from ..addresses import FetchError, checked_url
from ..contract import Answer, Ask, BadOption, Json, Kind, Mode, Option
from ..fetched import USER_AGENT, RetryLater
from ..pinning import pinned
from ..records import Record, Unreadable
from .reading import COLLECTION, Event, Wanted, read_event

#: Largest event (bytes): a post has 300 characters and some links around it.
FRAME_LIMIT = 256 * 1024
#: An answer is given after so many records and deletions, or so many seconds, whichever comes first.
BATCH, BATCH_SECONDS = 500, 1.0
#: While nothing about the matter comes, an answer that only moves the cursor is given so often (seconds).
QUIET_SECONDS = 10.0
#: How far before its last event a connection begins again (microseconds): events of one moment may come in another order.
OVERLAP_US = 5_000_000
#: Longest wait for the handshake (seconds), and the beat that finds a dead connection.
HANDSHAKE, HEARTBEAT = 15.0, 30.0
#: Longest wait for the other side to say good-bye (seconds).
GOOD_BYE = 2.0
#: How long a single poll listens (seconds).
POLL_SECONDS = 5.0
#: Events in a row that cannot be read: beyond, this is no Jetstream.
GARBAGE_LIMIT = 100
_CLOSING = aiohttp.ClientWSTimeout(ws_close=GOOD_BYE)


class Jetstream:
    """Services that speak Jetstream."""

    key = "jetstream"
    label: Mapping[str, str] = {"en": "Bluesky (Jetstream)", "zh-Hans": "Bluesky（Jetstream）"}
    mode = Mode.STREAM
    options = (
        Option(
            "words",
            {"en": "Words or #hashtags", "zh-Hans": "关键词或 #话题"},
            {"en": "A post must contain one of them; a matter, never a person", "zh-Hans": "帖子须含其中之一；只针对事项，不针对个人"},
            required=True,
            kind=Kind.WORDS,
            least=1,
            most=200,
        ),
        Option(
            "languages",
            {"en": "Only these languages", "zh-Hans": "只要这些语言"},
            {"en": "Codes such as zh, en; empty: all", "zh-Hans": "语言代码，如 zh、en；留空为全部"},
            kind=Kind.WORDS,
            default=(),
            most=20,
        ),
    )
    signals_deletions = True
    terms: Mapping[str, str] = {
        "en": "Check the terms of the service that runs the stream and the guidelines for developers; deletions it tells are carried out.",
        "zh-Hans": "请核对该服务的条款与开发者准则；收到的删除通知会照办。",
    }

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse an address or words that cannot work."""
        _address(url, None)
        for word in cast(Sequence[str], options.get("words") or ()):
            if word.startswith(("did:", "@", "#did:")) or len(word.removeprefix("#")) < 2:
                raise BadOption("words", word, "a word or #hashtag of at least two characters, no account")

    async def poll(self, ask: Ask) -> Answer:
        """Listen for a few seconds: what ``source check`` shows."""
        listening = self.listen(ask)
        answers: list[Answer] = []
        try:
            async with asyncio.timeout(POLL_SECONDS):
                async for answer in listening:
                    answers.append(answer)
        except TimeoutError:
            pass
        finally:
            await listening.aclose()  # type: ignore[attr-defined]  # an asynchronous generator has it
        records = [record for answer in answers for record in answer.records]
        deleted = [item for answer in answers for item in answer.deleted]
        gone = [handle for answer in answers for handle in answer.gone]
        return Answer(records, answers[-1].cursor if answers else dict(ask.cursor), deleted=deleted, gone=gone)

    async def listen(self, ask: Ask) -> AsyncIterator[Answer]:
        """Yield what comes until the other side ends the connection; raises FetchError when it fails."""
        wanted = Wanted.of(*(cast(Sequence[str], ask.options.get(key) or ()) for key in ("words", "languages")))
        batch = _Batch(_time_of(ask.cursor))
        loop = asyncio.get_running_loop()
        async with _connected(ask, batch.time_us) as socket:
            due = loop.time() + QUIET_SECONDS
            while True:
                message = await _next(socket, due - loop.time())
                if message is not None:
                    if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED):
                        break
                    batch.take(_event(message, wanted))
                    due = min(due, loop.time() + BATCH_SECONDS) if batch.size else due
                if batch.size >= BATCH or loop.time() >= due:
                    yield batch.answer()
                    batch = _Batch(batch.time_us, garbage=batch.garbage)
                    due = loop.time() + QUIET_SECONDS
            if batch.size:
                yield batch.answer()
            _refuse_close(socket.close_code)


@dataclass
class _Batch:
    """What came since the last answer."""

    time_us: int
    records: list[Record | Unreadable] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    garbage: int = 0

    @property
    def size(self) -> int:
        return len(self.records) + len(self.deleted) + len(self.gone)

    def take(self, event: Event | Unreadable) -> None:
        """Add one event; raises FetchError when nothing but garbage comes."""
        if isinstance(event, Unreadable):
            self.garbage += 1
            self.records.append(event)
            if self.garbage > GARBAGE_LIMIT:
                raise FetchError("not_a_stream", event.reason)
            return
        self.garbage = 0
        self.time_us = max(self.time_us, event.time_us)
        if event.record:
            self.records.append(event.record)
        if event.deleted:
            self.deleted.append(event.deleted)
        if event.gone:
            self.gone.append(event.gone)

    def answer(self) -> Answer:
        """Return the batch with the cursor that resumes after it."""
        return Answer(self.records, {"time_us": self.time_us}, deleted=self.deleted, gone=self.gone)


def _address(url: str, time_us: int | None) -> tuple[str, str, int]:
    """Return the full address, the host and the port; raises FetchError "bad_url"."""
    parts = urlsplit(url)
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme)
    if scheme is None:
        raise FetchError("bad_url", url[:200])
    _scheme, host, port = checked_url(urlunsplit(parts._replace(scheme=scheme)))
    query = {"wantedCollections": COLLECTION, "maxMessageSizeBytes": str(FRAME_LIMIT)}
    if time_us:
        query["cursor"] = str(max(0, time_us - OVERLAP_US))
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/subscribe", urlencode(query), "")), host, port


def _time_of(cursor: Mapping[str, Json]) -> int:
    time_us = cursor.get("time_us")
    return time_us if isinstance(time_us, int) else 0


@asynccontextmanager
async def _connected(ask: Ask, time_us: int) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Dial the address that passed the gate; a redirect is refused, because it would pass no gate."""
    address, host, port = _address(ask.url, time_us)
    addresses = await ask.reach(host, port)
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_refuse_redirect)
    async with aiohttp.ClientSession(
        connector=pinned(addresses),
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[trace],
        headers={"User-Agent": USER_AGENT},
    ) as session:
        try:
            async with asyncio.timeout(HANDSHAKE):
                socket = await session.ws_connect(address, timeout=_CLOSING, max_msg_size=FRAME_LIMIT, heartbeat=HEARTBEAT, compress=0)
        except aiohttp.WSServerHandshakeError as error:
            raise _handshake_fault(error) from error
        except TimeoutError as error:
            raise FetchError("too_slow", f"{HANDSHAKE:.0f}") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchError("unreachable", type(error).__name__) from error
        async with socket:
            yield socket


async def _refuse_redirect(_session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestRedirectParams) -> None:
    raise FetchError("redirect_refused", params.response.headers.get("Location", "")[:200])


def _handshake_fault(error: aiohttp.WSServerHandshakeError) -> FetchError:
    wish = error.headers.get("Retry-After", "") if error.headers else ""
    if error.status in (429, 503) and wish.isdigit():
        return RetryLater(error.status, min(max(int(wish), 1), 86_400))
    return FetchError("http_status", str(error.status)) if error.status != 200 else FetchError("not_a_stream", "200")


async def _next(socket: aiohttp.ClientWebSocketResponse, seconds: float) -> aiohttp.WSMessage | None:
    """Return the next message, None when none came in time."""
    try:
        return await socket.receive(timeout=max(seconds, 0.001))
    except TimeoutError:
        return None
    except (aiohttp.ClientError, OSError) as error:
        raise FetchError("unreachable", type(error).__name__) from error


def _event(message: aiohttp.WSMessage, wanted: Wanted) -> Event | Unreadable:
    if message.type is aiohttp.WSMsgType.ERROR:
        code = getattr(message.data, "code", None)
        raise (
            FetchError("too_large", str(FRAME_LIMIT))
            if code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
            else FetchError("bad_answer", str(message.data)[:200])
        )
    if message.type is not aiohttp.WSMsgType.TEXT:
        return Unreadable("a frame that is no text", "event", "")
    return read_event(message.data, wanted)


def _refuse_close(code: int | None) -> None:
    """Raise FetchError when a connection ended otherwise than by agreement."""
    if code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
        raise FetchError("too_large", str(FRAME_LIMIT))
    if code not in (aiohttp.WSCloseCode.OK, aiohttp.WSCloseCode.GOING_AWAY, None):
        raise FetchError("closed", str(code))
