"""Commands for those who run the service: `python -m operations COMMAND`, one module each.

Like endpoints, they read what they are given, make one call into `shared` and print the answer; they decide nothing.
"""
