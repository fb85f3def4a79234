"""Ask hubs to push: subscribe, renew before the lease ends, unsubscribe what is paused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from huiying.core.collectors.addresses import FetchError

from ..services.manage import allowed_networks
from ..services.websub import LeaseRequest, lease_asked, leases_due
from .asking import Call
from .network import Network, host_of


async def tend_leases(*, call: Call, network: Network, clock: Callable[[], datetime]) -> None:
    """Send every request to a hub that is due; how it answered is noted on the lease."""
    for request in await call(lambda: leases_due(now=clock())):
        error = await _send(request, network)
        await call(lambda request=request, error=error: lease_asked(request=request, now=clock(), error=error))  # type: ignore[misc]


async def _send(request: LeaseRequest, network: Network) -> str:
    try:
        pool = await network.fetcher(allowed_networks(exercise=False))
        async with network.pace.turn(host_of(request.hub)):
            status = await pool.post(request.hub, request.form, deadline=network.deadline)
    except FetchError as error:
        return f"{error.code} {error.detail}".strip()
    return "" if 200 <= status < 300 else f"http_status {status}"
