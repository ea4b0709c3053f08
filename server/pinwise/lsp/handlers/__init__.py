"""One module a group of LSP methods; each has `register(server)` and no logic of its own."""
