"""dueline: duties derived from facts. `engine.api` is the one door for callers; the rest is stages, one folder each."""
