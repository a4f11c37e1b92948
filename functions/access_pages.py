"""HTML: an applicant proves who they are, comes in by the link, and goes out again."""

import azure.functions as func
from pydantic import TypeAdapter, ValidationError

from functions.page_routes import Page, Visitor, page, see, shown
from functions.replies import Reply
from functions.visits import APPLICANT, Visit, cookie
from shared import wiring
from shared.domain.access import SESSION_LIFETIME, Pass, Purpose, read_pass, written
from shared.domain.door import AT_THE_DOOR
from shared.domain.errors import PassVoidError
from shared.domain.model import DEFERRED, EmailAddress, SubscriptionId
from shared.workflow import links
from shared.workflow.access import admitted

blueprint = func.Blueprint()

_FIELDS: dict[str, TypeAdapter[object]] = {
    "subscription": TypeAdapter(SubscriptionId, config=DEFERRED),
    "email": TypeAdapter(EmailAddress, config=DEFERRED),
}


@page(blueprint, Page("start", "GET", Visitor.ANYBODY))
async def ask_for_link(visit: Visit) -> Reply:
    """Ask which subscription, and for the account administrator's address."""
    return await shown(visit, "start", values={}, mistakes={})


@page(blueprint, Page("start", "POST", Visitor.ANYBODY))
async def send_for_link(visit: Visit) -> Reply:
    """Have a link sent, if the address is the administrator's: the answer is the same if it is not."""
    values = {name: visit.form[name] for name in _FIELDS}
    mistakes = {name: f"start.wrong.{name}" for name in _FIELDS if _is_wrong(name, values[name])}
    if mistakes:
        return await shown(visit, "start", 400, values=values, mistakes=mistakes)
    subscription = _FIELDS["subscription"].validate_python(values["subscription"], context=AT_THE_DOOR)
    await links.ask_for_link(wiring.services(), subscription, values["email"], visit.language, _door())  # type: ignore[arg-type]
    return see("/start/sent")


@page(blueprint, Page("start/sent", "GET", Visitor.ANYBODY))
async def tell_of_link(visit: Visit) -> Reply:
    """Say what happens now, whether or not a link was sent."""
    return await shown(visit, "sent")


@page(blueprint, Page("enter/{link}", "GET", Visitor.ANYBODY))
async def open_link(visit: Visit) -> Reply:
    """Show a button: programs that look at mail open links too, so that opening one does nothing."""
    _link_in(visit)
    return await shown(visit, "enter")


@page(blueprint, Page("enter/{link}", "POST", Visitor.ANYBODY))
async def enter(visit: Visit) -> Reply:
    """Come in by a link."""
    link = _link_in(visit)
    app = wiring.wired()
    dossier = await admitted(app.services, link, app.signing_keys)
    ends_at = app.services.now() + SESSION_LIFETIME
    session = Pass(Purpose.APPLICANT, link.holder, ends_at, link.grip, link.generation)
    seconds = int(SESSION_LIFETIME.total_seconds())
    visit.cookies.append(cookie(APPLICANT, written(session, app.signing_keys[0]), seconds))
    return see("/follow" if dossier.slot else "/apply")


@page(blueprint, Page("sign-out", "POST", Visitor.APPLICANT))
async def sign_out(visit: Visit) -> Reply:
    """Forget this browser's session."""
    visit.cookies.append(cookie(APPLICANT, "", 0))
    return see("/", "signed_out")


@page(blueprint, Page("sign-out-everywhere", "POST", Visitor.APPLICANT))
async def sign_out_everywhere(visit: Visit) -> Reply:
    """End every link and session of the subscription."""
    await links.call_back(wiring.services(), visit.scope.scope)
    visit.cookies.append(cookie(APPLICANT, "", 0))
    return see("/", "signed_out_everywhere")


def _door() -> links.Door:
    app = wiring.wired()
    return links.Door(app.public_url, app.signing_keys)


def _is_wrong(name: str, typed: str) -> bool:
    try:
        _FIELDS[name].validate_python(typed, context=AT_THE_DOOR)
    except ValidationError:
        return True
    return False


def _link_in(visit: Visit) -> Pass:
    """The link that was opened. Raises PassVoidError."""
    app = wiring.wired()
    link = read_pass(visit.part("link"), Purpose.LINK, app.signing_keys, app.services.now())
    if link is None:
        raise PassVoidError
    return link
