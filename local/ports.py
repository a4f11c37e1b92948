"""TCP ports of this machine: which are free."""

import socket
from collections.abc import Container

from local.errors import LocalRunError

HOST = "127.0.0.1"
LAST_PORT = 65535


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port of 127.0.0.1 now; it may be taken a moment later."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still being wound up (TIME_WAIT) counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Tell whether something accepts connections on the port of 127.0.0.1 (within one second)."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False


def next_free(port: int, avoid: Container[int] = ()) -> int:
    """Find the first free port after `port` that is not in `avoid`; LocalRunError if there is none."""
    for candidate in range(port + 1, LAST_PORT + 1):
        if candidate not in avoid and is_free(candidate):
            return candidate
    raise LocalRunError(f"No port above {port} is free.")
