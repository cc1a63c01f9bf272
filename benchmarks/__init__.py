"""Dueline beside its peers, on one machine in one run: `python -m benchmarks.run` (see docs/performance.md)."""
