"""Benchmarks: programs that print the figures we quote."""
