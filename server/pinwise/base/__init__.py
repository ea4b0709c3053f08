"""What every layer shares: facts, cancellation, progress, edits, atomic writes."""
