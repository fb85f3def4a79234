"""Scores of a clustering against labels: B-cubed, pairwise, adjusted mutual information; standard library and NumPy only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import lgamma

import numpy as np

Labels = Sequence[Hashable]


@dataclass(frozen=True)
class Scores:
    """All between 0 and 1; AMI may fall a little below 0."""

    precision: float
    recall: float
    b3: float
    pairwise: float
    ami: float
    clusters: int


def scores_of(found: Labels, true: Labels) -> Scores:
    """Return the scores of found clusters against true ones."""
    precision, recall, b3 = b_cubed(found, true)
    return Scores(precision, recall, b3, pairwise(found, true), ami(found, true), len(set(found)))


def b_cubed(found: Labels, true: Labels) -> tuple[float, float, float]:
    """Return B-cubed precision, recall and F1. Source: Bagga and Baldwin 1998.

    >>> b_cubed([1, 1, 2], ["a", "a", "a"])[0]
    1.0
    """
    in_found, in_true, both = Counter(found), Counter(true), Counter(zip(found, true, strict=True))
    precision = sum(n * n / in_found[a] for (a, _b), n in both.items()) / len(found)
    recall = sum(n * n / in_true[b] for (_a, b), n in both.items()) / len(found)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pairwise(found: Labels, true: Labels) -> float:
    """Return F1 over pairs of posts that share a cluster.

    >>> pairwise([1, 1, 2, 2], ["a", "a", "b", "b"])
    1.0
    """
    pairs = [sum(n * (n - 1) for n in Counter(labels).values()) for labels in (found, true, list(zip(found, true, strict=True)))]
    return 2 * pairs[2] / (pairs[0] + pairs[1]) if pairs[0] + pairs[1] else 1.0


def ami(found: Labels, true: Labels) -> float:
    """Return mutual information adjusted for chance, mean of entropies. Source: Vinh, Epps and Bailey 2010.

    >>> round(ami([1, 1, 2, 2], ["a", "a", "b", "b"]), 6)
    1.0
    """
    n = len(found)
    a, b = Counter(found), Counter(true)
    both = Counter(zip(found, true, strict=True))
    mutual = sum(c / n * np.log(n * c / (a[x] * b[y])) for (x, y), c in both.items())
    mean = (_entropy(a, n) + _entropy(b, n)) / 2
    expected = _expected(Counter(a.values()), Counter(b.values()), n)
    return float((mutual - expected) / (mean - expected)) if mean != expected else 1.0


def _entropy(counts: Counter[Hashable], n: int) -> float:
    shares = np.array(list(counts.values())) / n
    return float(-(shares * np.log(shares)).sum())


def _expected(sizes: Counter[int], others: Counter[int], n: int) -> float:
    """Return the mutual information of chance; clusters of one size are computed once."""
    log_factorial = np.array([lgamma(k + 1.0) for k in range(n + 1)])
    total = 0.0
    for a, times_a in sizes.items():
        for b, times_b in others.items():
            c = np.arange(max(a + b - n, 1), min(a, b) + 1)
            parts = (log_factorial[a], log_factorial[b], log_factorial[n - a], log_factorial[n - b])
            rest = log_factorial[n] + log_factorial[c] + log_factorial[a - c] + log_factorial[b - c] + log_factorial[n - a - b + c]
            total += times_a * times_b * float((c / n * np.log(n * c / (a * b)) * np.exp(sum(parts) - rest)).sum())
    return total
