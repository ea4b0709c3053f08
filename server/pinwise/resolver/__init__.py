"""Which lines cannot hold together, over plain data. No I/O."""
