"""What stops a local run: one exception, whose text is for the developer at the terminal."""


class LocalRunError(Exception):
    """Something on this machine needs the developer's hand; the text says what and, where known, how."""
