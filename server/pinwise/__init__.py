"""Pinwise: what is wrong with Python requirements and environments, said on the line.

Three faces, one engine: a language server (``pinwise serve``), a command line (``pinwise``),
and a VS Code extension. ARCHITECTURE.md describes the layers below this package.
"""

__version__ = "0.1.0"
