"""One module for each file format that declares dependencies; all yield declarations."""
