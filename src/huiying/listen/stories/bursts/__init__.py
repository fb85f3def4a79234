"""Bursts: when a stream, a channel or a watch has more voices than is usual for it at this hour."""
