"""The command line: reads arguments, makes one call by `Client` or `Desk`, and prints what came.

Here belongs what a person at a terminal or a script needs beyond the client itself; not how the API is spoken.
"""
