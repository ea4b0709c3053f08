"""Where environments are looked for, one module a family of places.

A locator takes `Places` and yields `Candidate`s as it finds them. It reads folders and small
files only; what a candidate is, and whether it is one, `inspection` says.
"""
