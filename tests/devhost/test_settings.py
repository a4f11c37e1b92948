import json
import logging
from pathlib import Path

import pytest

from devhost.errors import StartError
from devhost.settings import HostSettings, load_host_settings


def write_host(folder: Path, **sections: object) -> Path:
    folder.joinpath("host.json").write_text(json.dumps({"version": "2.0", **sections}))
    return folder


def write_queues(folder: Path, **queues: object) -> Path:
    return write_host(folder, extensions={"queues": queues})


def test_has_the_hosts_defaults(tmp_path: Path) -> None:
    settings = load_host_settings(write_host(tmp_path), {})
    defaults = HostSettings()
    assert (settings.http, settings.queues, settings.timing) == (defaults.http, defaults.queues, defaults.timing)
    assert (settings.worker, settings.functions, settings.log_levels) == (defaults.worker, None, {})
    assert settings.app_folder == tmp_path


def test_reads_queues_and_route_prefix(tmp_path: Path) -> None:
    queues = {
        "batchSize": 4,
        "maxPollingInterval": "00:00:05.5",
        "visibilityTimeout": "1.00:01:30",
        "maxDequeueCount": 9,
        "messageEncoding": "None",
    }
    settings = load_host_settings(
        write_host(tmp_path, extensions={"queues": queues, "http": {"routePrefix": "/v1/"}}), {}
    )
    assert settings.http.route_prefix == "v1"
    assert (settings.queues.batch_size, settings.queues.new_batch_threshold) == (4, 2)
    assert settings.queues.max_polling_interval == 5.5
    assert settings.queues.visibility_timeout == 86_490
    assert (settings.queues.max_dequeue_count, settings.queues.message_encoding) == (9, "none")


def test_lets_variables_override_the_file_in_any_case(tmp_path: Path) -> None:
    write_queues(tmp_path, visibilityTimeout="00:00:30", newBatchThreshold=3)
    overrides = {
        "AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01",
        "AZUREFUNCTIONSJOBHOST__EXTENSIONS__HTTP__ROUTEPREFIX": "",
    }
    settings = load_host_settings(tmp_path, overrides)
    assert (settings.queues.visibility_timeout, settings.queues.new_batch_threshold) == (1, 3)
    assert settings.http.route_prefix == ""


def test_polls_at_least_every_two_seconds_in_development(tmp_path: Path) -> None:
    development = {"AZURE_FUNCTIONS_ENVIRONMENT": "Development"}
    assert load_host_settings(write_host(tmp_path), development).queues.max_polling_interval == 2
    write_queues(tmp_path, maxPollingInterval="00:00:30")
    assert load_host_settings(tmp_path, development).queues.max_polling_interval == 30


def test_reads_the_hosts_own_variables(tmp_path: Path) -> None:
    variables = {"AzureWebJobsDisableHomepage": "true", "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "12"}
    http = load_host_settings(write_host(tmp_path), variables).http
    assert (http.has_home_page, http.body_limit) == (False, 12)


def test_refuses_a_body_limit_that_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"):
        load_host_settings(write_host(tmp_path), {"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "12 MB"})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("batchSize", 33, "from 1 to 32"),
        ("batchSize", 0, "from 1 to 32"),
        ("maxDequeueCount", 0, "at least 1"),
        ("newBatchThreshold", "many", "a whole number"),
        ("maxPollingInterval", "00:00:00.05", "at least 100 ms"),
        ("visibilityTimeout", 30, "a time like 00:00:30"),
        ("messageEncoding", "gzip", "base64 or none"),
    ],
)
def test_refuses_a_value_out_of_its_range(tmp_path: Path, name: str, value: object, words: str) -> None:
    with pytest.raises(StartError, match=f"{name}' must be {words}"):
        load_host_settings(write_queues(tmp_path, **{name: value}), {})


def test_ignores_a_null(tmp_path: Path) -> None:
    assert load_host_settings(write_queues(tmp_path, batchSize=None), {}).queues.batch_size == 16


@pytest.mark.parametrize(
    ("content", "words"),
    [("{}", "but is null"), ('{"version": "1.0"}', 'but is "1.0"'), ("{", "cannot be read"), ("[]", "JSON object")],
)
def test_refuses_a_host_file_that_is_not_version_two(tmp_path: Path, content: str, words: str) -> None:
    tmp_path.joinpath("host.json").write_text(content)
    with pytest.raises(StartError, match=words):
        load_host_settings(tmp_path, {})


def test_refuses_a_folder_without_a_host_file(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"no host\.json in"):
        load_host_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [("00:05:00", 300), ("1.00:00:00", 86_400), ("-1", None), (-1, None), ("-1.00:00:00", None), (None, 1800)],
)
def test_reads_how_long_a_function_may_run(tmp_path: Path, text: object, expected: float | None) -> None:
    assert load_host_settings(write_host(tmp_path, functionTimeout=text), {}).worker.timeout == expected


@pytest.mark.parametrize(
    ("text", "words"), [("00:00:00", "at least 00:00:01, or -1 for no limit"), ("5", "a time like 00:00:30")]
)
def test_refuses_a_timeout_out_of_its_range(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(StartError, match=f"'functionTimeout' must be {words}"):
        load_host_settings(write_host(tmp_path, functionTimeout=text), {})


def test_reads_limits_on_requests(tmp_path: Path) -> None:
    http = {"maxOutstandingRequests": 20, "maxConcurrentRequests": -1}
    settings = load_host_settings(write_host(tmp_path, extensions={"http": http}), {}).http
    assert (settings.max_outstanding_requests, settings.max_concurrent_requests) == (20, None)


def test_refuses_a_limit_of_nothing(tmp_path: Path) -> None:
    write_host(tmp_path, extensions={"http": {"maxConcurrentRequests": 0}})
    with pytest.raises(StartError, match="maxConcurrentRequests' must be at least 1"):
        load_host_settings(tmp_path, {})


def test_reads_which_functions_to_serve(tmp_path: Path) -> None:
    assert load_host_settings(write_host(tmp_path, functions=["One", "two"]), {}).functions == frozenset({"one", "two"})
    assert load_host_settings(write_host(tmp_path, functions=[]), {}).functions is None


def test_reads_log_levels(tmp_path: Path) -> None:
    levels = {"default": "Warning", "function.Hello": "Trace", "azure": "none"}
    overrides = {"AzureFunctionsJobHost__logging__logLevel__Host__Queues": "Debug"}
    settings = load_host_settings(write_host(tmp_path, logging={"logLevel": levels}), overrides)
    assert settings.log_levels == {
        "default": logging.WARNING,
        "Function.Hello": logging.DEBUG,
        "azure": logging.CRITICAL + 1,
        "Host.queues": logging.DEBUG,
    }


def test_refuses_a_log_level_it_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="logging:logLevel:default' must be trace or debug or"):
        load_host_settings(write_host(tmp_path, logging={"logLevel": {"default": "loud"}}), {})


def test_reads_how_many_threads_the_worker_has(tmp_path: Path) -> None:
    write_host(tmp_path)
    assert load_host_settings(tmp_path, {"PYTHON_THREADPOOL_THREAD_COUNT": "3"}).worker.threads == 3
    assert 5 <= load_host_settings(tmp_path, {}).worker.threads <= 32
    with pytest.raises(StartError, match="PYTHON_THREADPOOL_THREAD_COUNT must be a number from 1, but is '0'"):
        load_host_settings(tmp_path, {"PYTHON_THREADPOOL_THREAD_COUNT": "0"})
