"""Which files belong together, open buffers over disk, settings."""
