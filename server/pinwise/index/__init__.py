"""Facts from package indexes: the only package that opens a socket."""
