"""Secrets are sent to the service only, and not in the clear."""

import pytest

from paybyinvoice.addresses import address, checked, followed
from paybyinvoice.problems import UnexpectedAnswer, UnsafeAddress


@pytest.mark.parametrize(
    "url", ["https://pay.example.com", "http://localhost:7071", "http://127.0.0.1:1", "http://[::1]:7071"]
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
