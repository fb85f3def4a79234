"""How often a sender may call (pure): a bucket of tokens for each source."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Calls a second that a sender may make for ever, and at once after a pause; a call holds up to 1,000 records.
CALLS_PER_SECOND, CALLS_AT_ONCE = 10.0, 100


@dataclass
class Buckets:
    """Tokens by key; a full bucket is forgotten."""

    rate: float = CALLS_PER_SECOND
    size: int = CALLS_AT_ONCE
    _left: dict[int, tuple[float, float]] = field(default_factory=dict)

    def wait(self, key: int, at: float) -> float:
        """Take a token and return 0, or return how many seconds there is none (``at`` in seconds).

        >>> buckets = Buckets(rate=1.0, size=2)
        >>> [buckets.wait(7, at) for at in (0.0, 0.0, 0.0, 1.0)]
        [0.0, 0.0, 1.0, 0.0]
        """
        left, since = self._left.get(key, (float(self.size), at))
        left = min(float(self.size), left + max(at - since, 0.0) * self.rate)
        if left < 1.0:
            self._left[key] = (left, at)
            return (1.0 - left) / self.rate
        self._left[key] = (left - 1.0, at)
        return 0.0
