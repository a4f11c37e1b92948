"""What is wrong with how a command was called."""


class UsageError(Exception):
    """The command cannot be carried out as it was given; the text says how to give it. Nothing was sent."""
