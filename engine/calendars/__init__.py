"""Working time: what a calendar works, and sums over it for whole columns of moments at once."""
