import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.data.tables import TableServiceClient
from azure.storage.queue import QueueClient

from local import azurite
from local.errors import LocalRunError

BUSY = """
import http.server, pathlib, signal

asked = pathlib.Path(__file__).with_name("asked")
signal.signal(signal.SIGTERM, lambda *_: asked.write_text("once" if not asked.exists() else "again"))
servers = [http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) for _ in range(3)]
for name, server in zip(("Blob", "Queue", "Table"), servers):
    port = server.server_address[1]
    print(f"Azurite {name} service is successfully listening at http://127.0.0.1:{port}", flush=True)
servers[-1].serve_forever()
"""


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def a_program(folder: Path, script: str) -> Path:
    program = folder / "azurite-stand-in"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_answers_on_the_ports_of_its_connection_string(tmp_path: Path) -> None:
    with (
        azurite.start(tmp_path) as storage,
        TableServiceClient.from_connection_string(storage.connection_string) as tables,
    ):
        assert 0 not in (storage.ports.blob, storage.ports.queue, storage.ports.table)
        tables.create_table("cases")
        assert [table.name for table in tables.list_tables()] == ["cases"]


def test_keeps_tables_and_queues_over_a_restart(tmp_path: Path) -> None:
    with azurite.start(tmp_path) as storage:
        tables = TableServiceClient.from_connection_string(storage.connection_string)
        queue = QueueClient.from_connection_string(storage.connection_string, "steps")
        with tables, queue:
            tables.create_table("cases").create_entity({"PartitionKey": "p", "RowKey": "r", "n": 7})
            queue.create_queue()
            queue.send_message("hello")
    with azurite.start(tmp_path) as storage:
        tables = TableServiceClient.from_connection_string(storage.connection_string)
        queue = QueueClient.from_connection_string(storage.connection_string, "steps")
        with tables, queue:
            assert tables.get_table_client("cases").get_entity("p", "r")["n"] == 7
            assert [message.content for message in queue.receive_messages()] == ["hello"]


def test_writes_a_line_per_request_to_the_log_file(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with azurite.start(tmp_path / "data", log_file=log) as storage:
        assert "HTTP/1.1" not in log.read_text()
        with TableServiceClient.from_connection_string(storage.connection_string) as tables:
            tables.create_table("cases")
    assert re.findall(r'"(\w+) /devstoreaccount1/Tables', log.read_text()) == ["POST"]


def test_listens_on_the_ports_it_is_given(tmp_path: Path) -> None:
    with azurite.start(tmp_path) as first:
        wanted = first.ports
    with azurite.start(tmp_path, ports=wanted) as second:
        assert second.ports == wanted


def test_begins_its_log_anew_at_each_start(tmp_path: Path) -> None:
    for _ in range(2):
        azurite.start(tmp_path).stop()
    assert (tmp_path / "azurite.log").read_text().count("Blob service is successfully listening") == 1


def test_runs_in_a_session_of_its_own(tmp_path: Path) -> None:
    with azurite.start(tmp_path) as storage:
        assert os.getsid(storage.pid) == storage.pid


def test_stops_once_however_often_it_is_asked(tmp_path: Path) -> None:
    storage = azurite.start(tmp_path)
    assert storage.exit_code() is None
    storage.stop()
    storage.stop()
    assert storage.exit_code() == 0


def test_stops_in_peace_when_it_has_died_before(tmp_path: Path) -> None:
    with azurite.start(tmp_path) as storage:
        os.kill(storage.pid, signal.SIGKILL)
    assert storage.exit_code() == -signal.SIGKILL


def test_names_the_port_in_use(tmp_path: Path, taken_port: int) -> None:
    with pytest.raises(LocalRunError, match=f"port {taken_port} is in use"):
        azurite.start(tmp_path, ports=azurite.Ports(queue=taken_port))


def test_refuses_a_folder_another_one_works_on(tmp_path: Path) -> None:
    with azurite.start(tmp_path) as first:
        with pytest.raises(LocalRunError, match=rf"Another Azurite \(process {first.pid}\)"):
            azurite.start(tmp_path)
        assert "Table service is successfully listening" in first.log_file.read_text()


def test_says_how_to_install_azurite(tmp_path: Path) -> None:
    with pytest.raises(LocalRunError, match="make setup"):
        azurite.start(tmp_path, program=tmp_path / "missing")


def test_says_that_node_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalRunError, match=r"Install Node\.js 20 or later, then: make setup"):
        azurite.start(tmp_path)


def test_shows_the_end_of_the_log_when_azurite_ends_at_its_start(tmp_path: Path) -> None:
    program = a_program(tmp_path, "echo out of order; exit 7")
    with pytest.raises(LocalRunError, match=r"(?s)exit code 7.*out of order"):
        azurite.start(tmp_path / "data", program=program)


def test_does_not_take_open_ports_for_an_answer(tmp_path: Path) -> None:
    program = tmp_path / "mute-azurite"
    mute = BUSY.replace("servers[-1].serve_forever()", "signal.sigwait({signal.SIGINT})")
    program.write_text(f"#!{sys.executable}\n{mute.replace('signal.signal(', '0 and (')}")
    program.chmod(0o755)
    with pytest.raises(LocalRunError, match=r"(?s)did not answer.*Table service is successfully listening"):
        azurite.start(tmp_path / "data", program=program, patience=azurite.Patience(start=1.0))


def test_shows_the_end_of_the_log_when_azurite_does_not_answer(tmp_path: Path) -> None:
    program = a_program(tmp_path, "echo still thinking; exec sleep 60")
    with pytest.raises(LocalRunError, match=r"(?s)did not answer.*still thinking"):
        azurite.start(tmp_path / "data", program=program, patience=azurite.Patience(start=0.2))


def test_is_left_running_and_asked_only_once_when_it_does_not_end(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    program = tmp_path / "busy-azurite"
    program.write_text(f"#!{sys.executable}\n{BUSY}")
    program.chmod(0o755)
    storage = azurite.start(tmp_path / "data", program=program, patience=azurite.Patience(stop=0.2))
    for _ in range(2):
        with pytest.raises(LocalRunError, match=rf"process {storage.pid}\) has not ended .* left running"):
            storage.stop()
    assert storage.exit_code() is None
    os.kill(storage.pid, signal.SIGKILL)
    storage.stop()
    assert asked.read_text() == "once"


def test_spells_out_the_development_account() -> None:
    text = azurite.connection_string(azurite.WELL_KNOWN_PORTS)
    assert "TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;" in text
    with TableServiceClient.from_connection_string(text) as tables:
        assert tables.account_name == "devstoreaccount1"
