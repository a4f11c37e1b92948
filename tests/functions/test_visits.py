"""What a request says of its visitor."""

from dataclasses import replace

import azure.functions as func
import pytest

from functions.visits import cookies_of
from shared import wiring
from tests.functions.calling import URL, wired
from tests.functions.visitor import Visitor
from tests.world import World


def _asking(cookie: str) -> func.HttpRequest:
    return func.HttpRequest(method="GET", url=URL, headers={"cookie": cookie}, body=b"")


ODD = [
    "name=John Smith",
    'prefs={"a": 1}',
    "foo",
    "x[y]=1",
    "n\u00e4me=\u20ac",
    "",
    "=",
    "visit",
    'a="b; c"',
    "expires=x",
]


@pytest.mark.parametrize("odd", ODD)
def test_cookies_of_others_hide_none_of_ours(odd: str) -> None:
    ours = {"visit": "a" * 32, "language": "nl"}
    sent = [f"{name}={value}" for name, value in ours.items()]
    assert cookies_of(_asking("; ".join([odd, *sent]))) == ours
    assert cookies_of(_asking(";".join([sent[0], odd, sent[1]]))) == ours


def test_takes_only_cookies_by_our_names() -> None:
    assert cookies_of(_asking("other=1; Visit=2; visit=3=4; visit=5")) == {"visit": "3=4"}
    assert cookies_of(_asking("")) == {}


def test_takes_only_cookies_that_nobody_else_can_set_over_https(world: World) -> None:
    wiring.install(replace(wired(world), public_url="https://pay.example"))
    assert cookies_of(_asking("visit=1; __Host-desk=2; __Host-other=3")) == {"desk": "2"}


async def test_signs_in_beside_an_odd_cookie(world: World) -> None:
    await world.portal_reports()
    visitor = Visitor.applicant(world.clock.now)
    visitor.cookies = {"name": "John Smith", **visitor.cookies}
    page = await visitor.look("/apply/subscription")
    assert (page.status, (await visitor.send(page)).status) == (200, 400)


@pytest.mark.parametrize("name", ["visit", "language", "applicant", "desk"])
@pytest.mark.parametrize("value", ["", "\u20ac.x", "\udce9.x", ".", "x" * 9000, '"nl"'])
async def test_an_odd_value_of_a_cookie_of_ours_is_as_good_as_none(name: str, value: str) -> None:
    paths = [await Visitor(cookies={name: value}).look(path) for path in ("/", "/follow", "/desk")]
    assert [each.status for each in paths] == [200, 401, 404]
