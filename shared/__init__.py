"""The system behind the endpoints. Directly in here live only `settings` and `wiring`; the rest has a package.

A new sub-package needs a decision record.
"""
