"""Completion: what may be written at the cursor, as plain data."""
