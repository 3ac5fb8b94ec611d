"""Side by side with the peers: `python benchmarks/run.py`."""
