"""Facts from environments: the only package that starts a subprocess."""
