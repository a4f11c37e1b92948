"""Every page that can be looked at, along the life of a request: where a new one goes is `STAGES`."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass

from functions.blueprints import BLUEPRINTS
from functions.page_routes import PAGES, Page
from functions.page_routes import Visitor as Who
from functions.routes import pattern_of
from shared.domain.access import SESSION_LIFETIME, Pass, Purpose, fingerprint, written
from shared.domain.callers import Kind, Principal
from shared.domain.case import scope_of
from shared.domain.documents import DocumentSlot
from shared.domain.draft import Step
from shared.domain.overview import EVERY_DAY, Chart
from shared.domain.typed_decision import FormKind
from shared.workflow import actions, documents
from tests.document_files import a_pdf
from tests.functions.calling import ADA, SIGNING_KEY
from tests.functions.stages import ASK_INFORMATION, apply, decided
from tests.functions.visitor import Visitor
from tests.world import OFFICER, SUBSCRIPTION, World, asked

assert BLUEPRINTS, "importing them registers the pages"
TO_LOOK_AT = [page for _, page in PAGES if page.method == "GET"]

SCOPE = scope_of(SUBSCRIPTION)
ADMINISTRATOR = "azure-admin@contoso.example"

Bring = Callable[[World], Coroutine[None, None, Mapping[str, str]]]
"""Brings a request to a stage, and names what addresses need from there on."""


@dataclass(frozen=True)
class Stop:
    """A page that somebody can look at now, by its address; `name` is one of `STOPS`."""

    name: str
    address: str
    page: Page
    visitor: Visitor


async def _before_applying(world: World) -> Mapping[str, str]:
    await world.portal_reports()
    link = Pass(Purpose.LINK, SCOPE, world.clock.now + SESSION_LIFETIME, fingerprint(ADMINISTRATOR, SIGNING_KEY))
    return {"link": written(link, SIGNING_KEY)}


async def _all_steps_typed(world: World) -> Mapping[str, str]:
    visitor = Visitor.applicant(world.clock.now)
    page = await visitor.send(await visitor.look("/apply"), support_plan="Standard")
    page = await visitor.send(
        await visitor.send(page), company_name="Contoso B.V.", line1="Dam 1", city="Ede", amount="25000"
    )
    await visitor.send(page, contact_name="Sanne de Vries", contact_email="sanne@contoso.example")
    return {}


async def _application_due(world: World) -> Mapping[str, str]:
    visitor = Visitor.applicant(world.clock.now)
    await visitor.send(await visitor.look("/apply/review"), consent="yes")
    await world.drain()
    return {"case": next(iter((await world.dossier()).cases))}


async def _application_typed(world: World) -> Mapping[str, str]:
    visitor = Visitor.applicant(world.clock.now)
    await visitor.send(await visitor.look("/follow/credit-application"), annual_revenue="much")
    return {}


async def _under_review(world: World) -> Mapping[str, str]:
    case_id = await _case_id(world)
    answer = await apply(case_id, ADA)
    assert answer.status == 202, answer.body
    await world.drain()
    applicant = Principal(Kind.APPLICANT, SCOPE)
    await documents.upload(world.services, asked(case_id, applicant), DocumentSlot.OTHER, "accounts.pdf", a_pdf())
    return {"document": (await world.case(case_id)).documents[0].sha256}


async def _information_due(world: World) -> Mapping[str, str]:
    answer = await decided(world, await _case_id(world), ASK_INFORMATION)
    assert answer.status == 200, answer.body
    await world.drain()
    return {}


async def _over(world: World) -> Mapping[str, str]:
    await actions.withdraw(world.services, asked(await _case_id(world), OFFICER))
    await world.drain()
    return {}


async def _case_id(world: World) -> str:
    return next(iter((await world.dossier()).cases))


def page_at(address: str) -> Page:
    """The page of an address, filled in or as `STAGES` has it."""
    path = address.partition("?")[0].strip("/")
    return next(page for page in TO_LOOK_AT if pattern_of(page.path).fullmatch(path))


def _name(bring: Bring, address: str) -> str:
    return f"{bring.__name__.strip('_')}: {address}"


STAGES: tuple[tuple[Bring, tuple[str, ...]], ...] = (
    (
        _before_applying,
        (
            "/",
            "/static/site.css",
            "/language/nl?to=/",
            "/start",
            "/start/sent",
            "/enter/{link}",
            "/desk/sign-in",
            "/apply",
        ),
    ),
    (_all_steps_typed, tuple(f"/apply/{step.value}" for step in Step)),
    (_application_due, ("/follow", "/follow/help", "/follow/withdraw", "/follow/credit-application")),
    (_application_typed, ("/follow/credit-application",)),
    (
        _under_review,
        (
            *("/desk", "/desk?tab=approved&country=NL", "/desk?text=nothing+like+it&mine=yes"),
            *("/desk/cases/{case}", "/desk/cases/{case}/print", "/desk/cases/{case}/file.json"),
            "/desk/cases/{case}/documents/{document}",
            *(f"/desk/cases/{{case}}/decide/{kind.value}" for kind in FormKind),
            *("/desk/overview", "/desk/overview?days=365", "/desk/overview?from=2024-11-23"),
            *(f"/desk/overview/{table}.csv" for table in (*Chart, EVERY_DAY)),
            *("/follow/documents", "/follow/documents/{document}", "/follow/documents/other/{document}/remove"),
            "/follow/requests/{case}",
        ),
    ),
    (_information_due, ("/follow", "/follow/information")),
    (_over, ("/follow", "/desk/cases/{case}/erase")),
)
"""The stages of a request in order, and the addresses to look at in each."""

REDIRECTING = {"language/{language}", "apply"}
"""Pages that only lead to another one."""

STOPS = {_name(bring, address): page_at(address) for bring, addresses in STAGES for address in addresses}
"""What is looked at, by stage and address, and the page that it is of."""


async def stops(world: World) -> AsyncIterator[Stop]:
    """Go through the life of a request, and stop at each page."""
    names: dict[str, str] = {}
    for bring, addresses in STAGES:
        names |= await bring(world)
        for each in addresses:
            page = page_at(each)
            yield Stop(_name(bring, each), each.format(**names), page, _visitor_of(page.visitor, world))


def _visitor_of(who: Who, world: World) -> Visitor:
    match who:
        case Who.ANYBODY:
            return Visitor()
        case Who.APPLICANT:
            return Visitor.applicant(world.clock.now)
        case Who.DESK_READ | Who.DESK_DECIDE:
            return Visitor.of_the_desk("ada", world.clock.now)
