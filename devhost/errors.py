"""What keeps devhost from starting. Each error's text is written for whoever typed the command."""


class StartError(Exception):
    """The app or its settings cannot be run; the text names what and where."""


class BindingError(StartError):
    """The host would put a function in error for what its binding says, and serve the others."""


class AppImportError(StartError):
    """Importing the app raised; the traceback that matters is that of ``__cause__``."""


class PortInUseError(StartError):
    """Another process listens on the address and port asked for."""
