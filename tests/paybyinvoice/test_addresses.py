"""Secrets are sent to the service only, and not in the clear."""

import pytest

from paybyinvoice.addresses import address, checked, followed
from paybyinvoice.problems import UnexpectedAnswer, UnsafeAddress


@pytest.mark.parametrize(
    "url",
    [
        "https://pay.example.com",
        "https://pay.example.com.:8443/under",
        "https://pay_1.example",
        "https://münchen.example",
        "https://हिन्दी.example",
        "http://localhost:7071",
        "http://127.0.0.1:1",
        "http://[::1]:7071",
    ],
)
def test_takes_https_and_this_machine(url: str) -> None:
    assert checked(url) == checked(f"{url}/") == url


def test_refuses_http_to_another_machine_and_says_what_to_write() -> None:
    with pytest.raises(UnsafeAddress, match=r"use https://pay\.example\.com"):
        checked("http://pay.example.com")


@pytest.mark.parametrize(
    "url", ["", "pay.example.com", "ftp://pay.example.com", "https://", "https://a:b", "https://[x"]
)
def test_refuses_what_is_no_address(url: str) -> None:
    with pytest.raises(UnsafeAddress, match=r"must be like https://"):
        checked(url)


@pytest.mark.parametrize(
    "host",
    [
        "pay..example.com",
        ".example",
        f"{'a' * 64}.example",
        f"{'é' * 60}.example",
        "a,b",
        "a%20b.example",
        "pay…example",
    ],
)
def test_refuses_a_host_that_no_name_server_can_know(host: str) -> None:
    with pytest.raises(UnsafeAddress, match="letters, digits and hyphens, 1 to 63 between two dots"):
        checked(f"https://{host}")


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\u00a0", "\u2028", "\0", "\x7f"])
def test_refuses_white_space_and_control_characters(blank: str) -> None:
    for url in (f"https://exa{blank}mple.com", f"https://pay.example.com/a{blank}b", f"https://pay.example.com{blank}"):
        with pytest.raises(UnsafeAddress, match="without spaces, line ends and control characters"):
            checked(url)


@pytest.mark.parametrize("url", ["https://contoso:s3cret@pay.example.com", "https://s3cret@pay.example.com"])
def test_refuses_a_password_in_the_address_without_repeating_it(url: str) -> None:
    with pytest.raises(UnsafeAddress, match="without user and password") as caught:
        checked(url)
    assert "s3cret" not in str(caught.value)


def test_refuses_an_address_with_a_query() -> None:
    with pytest.raises(UnsafeAddress, match=r"without \? and #"):
        checked("https://pay.example.com/?code=1")


def test_keeps_an_id_in_its_place() -> None:
    spelled = address("https://p.example/x", "requests", "../a?b#c/ d", state="ä&b")
    assert spelled == ("https://p.example/x/api/requests/..%2Fa%3Fb%23c%2F%20d?api-version=2026-11-01&state=%C3%A4%26b")


@pytest.mark.parametrize("no_id", ["", ".", ".."])
def test_refuses_an_id_that_would_lead_elsewhere(no_id: str) -> None:
    with pytest.raises(ValueError, match="an id must be given"):
        address("https://p.example", "requests", no_id)


def test_follows_a_link_as_it_stands() -> None:
    link = "https://p.example:443/api/requests?api-version=2026-11-01&continuation=%7Ba%3D+b"
    assert followed("https://p.example", link) == link
    assert followed("http://127.0.0.1:7071", "http://localhost:7071/x") == "http://localhost:7071/x"


@pytest.mark.parametrize(
    "link", ["https://q.example/x", "http://p.example/x", "https://p.example:444/x", "/x", "https://[x"]
)
def test_does_not_follow_a_link_to_elsewhere(link: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="the secret is not sent there"):
        followed("https://p.example", link)
