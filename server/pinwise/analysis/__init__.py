"""Drives the engine: parse, facts, rules, gaps, fetch, repeat."""
