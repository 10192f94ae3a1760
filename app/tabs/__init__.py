"""One file a tab: each builds components and wires events, nothing else."""
