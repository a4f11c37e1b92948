import socket
from collections.abc import Iterator

import pytest

from local import ports
from local.errors import LocalRunError


def test_tells_a_free_port_from_one_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not ports.is_free(port)
        assert ports.answers(port)
    assert ports.is_free(port)
    assert not ports.answers(port)


def test_finds_the_next_port_that_is_free(spare_ports: Iterator[int]) -> None:
    port = next(spare_ports)
    with socket.create_server(("127.0.0.1", port + 1)):
        assert ports.next_free(port) > port + 1


def test_passes_over_ports_to_avoid(spare_ports: Iterator[int]) -> None:
    port = next(spare_ports)
    assert ports.next_free(port, avoid=range(port + 1, port + 4)) >= port + 4


def test_says_when_no_port_is_left() -> None:
    with pytest.raises(LocalRunError, match="No port above 65535 is free"):
        ports.next_free(65535)
