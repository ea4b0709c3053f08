"""Benchmarks: each prints the figures that we quote; `python -m bench.NAME` runs one."""

import os

# Installed programs are compiled once. With this variable, every process that is timed would
# compile anew what was changed last.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
