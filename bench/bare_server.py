"""The peer of `bench/startup.py`: a pygls server with nothing of its own."""

from pygls.lsp.server import LanguageServer

if __name__ == "__main__":
    LanguageServer("bare", "1").start_io()
