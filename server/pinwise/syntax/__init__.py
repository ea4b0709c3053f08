"""Text to a lossless tree and back. No I/O; never raises on any text."""
