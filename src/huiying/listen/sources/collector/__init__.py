"""The collector process: ask what is due, hold open what streams, none waiting for another."""

from .asking import Polled, poll
from .loop import Collector, run_collector
from .network import Network

__all__ = ["Collector", "Network", "Polled", "poll", "run_collector"]
