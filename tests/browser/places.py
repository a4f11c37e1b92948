"""Every page, with a way to get there; pages that look quite different at times are there more than once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from tests.browser.filling import fill_in_figures, press_upload, upload
from tests.browser.person import Arrive, Look, Person
from tests.browser.stages import Account, Stage, Stages, ask_for_link
from tests.document_files import a_pdf

OFFICER: Final = "ada"


class Guest(Enum):
    """As whom a page is visited."""

    ANYBODY = auto()
    APPLICANT = auto()
    OFFICER = auto()


@dataclass(frozen=True)
class Arrival:
    """Somebody about to visit a place, and the request that it is about."""

    person: Person
    stages: Stages
    account: Account
    case_id: str


Way = Callable[[Arrival], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """A page as somebody meets it.

    `route` is its address as it is registered, `status` what it is answered with. It is found at `address` ({case} is
    the id of the request at `stage`), or else at its route; `way` is what is done after that to get there.
    """

    name: str
    route: str
    guest: Guest
    stage: Stage = Stage.NONE
    address: str = ""
    way: Way | None = None
    status: int = 200

    async def visited_in(self, look: Look, come: Arrive, stages: Stages) -> Person:
        """Somebody who has got there."""
        account, case_id = await stages.at(self.stage)
        state = None
        if self.guest is not Guest.ANYBODY:
            is_desk = self.guest is Guest.OFFICER
            state = await (stages.officer(OFFICER) if is_desk else stages.applicant(account))
        person = await come(look, state)
        await person.opens(f"/{self.address or self.route}".format(case=case_id))
        if self.way:
            await self.way(Arrival(person, stages, account, case_id))
        return person


async def _enter(arrival: Arrival) -> None:
    person = arrival.person
    account = Account()
    await arrival.stages.api.portal_reports(account.snapshot())
    await person.opens(await ask_for_link(person, arrival.stages.app, account))


def _pressing(key: str) -> Way:
    async def press(arrival: Arrival) -> None:
        await arrival.person.presses(arrival.person.says(key))

    return press


async def _preview_refusal(arrival: Arrival) -> None:
    person = arrival.person
    reason = person.says("case.reasons.insufficient_turnover")
    await person.field(f"{reason[:1].upper()}{reason[1:]}").check()
    await person.fills(person.says("decide.fields.note"), "The turnover of 2025 carries no such limit.")
    await person.presses(person.says("decide.preview"))
    await person.sees(person.says("decide.preview_title"))


async def _mistype_figures(arrival: Arrival) -> None:
    person = arrival.person
    await person.fills(person.says("credit.fields.annual_revenue"), "a lot")
    await person.presses(person.says("credit.review.button"))
    await person.sees(person.says("credit.mistakes.amounts.amount"))


async def _review_figures(arrival: Arrival) -> None:
    person = arrival.person
    await fill_in_figures(person, current_assets=3_000_000)
    await person.presses(person.says("credit.review.button"))
    await person.sees(person.says("credit.review.title"))


async def _upload_nothing(arrival: Arrival) -> None:
    person = arrival.person
    await press_upload(person, "other")
    await person.sees(person.says("documents.faults.document_empty"))


async def _upload_to_remove(arrival: Arrival) -> None:
    person = arrival.person
    await upload(person, "registration", "register.pdf", a_pdf())
    await person.sees(person.says("common.said.document_kept"))
    await person.follows(person.says("documents.remove"))
    await person.sees(person.says("documents.removal.title"))


def _step(name: str) -> Place:
    return Place(f"apply-{name}", "apply/{step}", Guest.APPLICANT, Stage.FILLED_IN, f"apply/{name}")


def _follow(stage: Stage) -> Place:
    return Place(f"follow-{stage.name.lower().replace('_', '-')}", "follow", Guest.APPLICANT, stage)


def _case(stage: Stage) -> Place:
    name = f"case-{stage.name.lower().replace('_', '-')}"
    return Place(name, "desk/cases/{id}", Guest.OFFICER, stage, "desk/cases/{case}")


def _decision(kind: str, stage: Stage = Stage.CREDIT_REVIEW) -> Place:
    name = f"decide-{kind.replace('_', '-')}"
    return Place(name, "desk/cases/{id}/decide/{kind}", Guest.OFFICER, stage, f"desk/cases/{{case}}/decide/{kind}")


PLACES: Final = (
    Place("home", "", Guest.ANYBODY),
    Place("start", "start", Guest.ANYBODY),
    Place("start-wrong", "start", Guest.ANYBODY, way=_pressing("start.send"), status=400),
    Place("start-sent", "start/sent", Guest.ANYBODY),
    Place("enter", "enter/{link}", Guest.ANYBODY, address="start", way=_enter),
    Place("enter-void", "enter/{link}", Guest.ANYBODY, address="enter/nothing", status=401),
    Place("unknown", "{*path}", Guest.ANYBODY, address="nothing", status=404),
    Place("apply", "apply", Guest.APPLICANT),
    Place("apply-closed", "apply", Guest.APPLICANT, Stage.SWITCHED),
    *map(_step, ("subscription", "problem-type", "details", "contact", "review")),
    Place("apply-hindered", "apply/{step}", Guest.APPLICANT, Stage.HINDERED, "apply/problem-type"),
    Place("apply-review-wrong", "apply/{step}", Guest.APPLICANT, Stage.FILLED_IN, "apply/review",
          _pressing("apply.review.send"), 400),
    *map(_follow, sorted(set(Stage) - {Stage.HINDERED, Stage.FILLED_IN}, key=lambda stage: stage.value)),
    Place("follow-request", "follow/requests/{id}", Guest.APPLICANT, Stage.APPROVED, "follow/requests/{case}"),
    Place("help", "follow/help", Guest.APPLICANT, Stage.CREDIT_REVIEW),
    Place("withdraw", "follow/withdraw", Guest.APPLICANT, Stage.CREDIT_REVIEW),
    Place("credit", "follow/credit-application", Guest.APPLICANT, Stage.CREDIT_APPLICATION_DUE),
    Place("credit-wrong", "follow/credit-application", Guest.APPLICANT, Stage.CREDIT_APPLICATION_DUE,
          way=_mistype_figures, status=400),
    Place("credit-review", "follow/credit-application", Guest.APPLICANT, Stage.CREDIT_APPLICATION_DUE,
          way=_review_figures),
    Place("credit-closed", "follow/credit-application", Guest.APPLICANT, Stage.CREDIT_REVIEW, status=409),
    Place("documents", "follow/documents", Guest.APPLICANT, Stage.CREDIT_REVIEW),
    Place("documents-wrong", "follow/documents", Guest.APPLICANT, Stage.CREDIT_REVIEW, way=_upload_nothing, status=400),
    Place("document-remove", "follow/documents/{slot}/{sha256}/remove", Guest.APPLICANT, Stage.CREDIT_REVIEW,
          "follow/documents", _upload_to_remove),
    Place("information", "follow/information", Guest.APPLICANT, Stage.INFORMATION_DUE),
    Place("information-wrong", "follow/information", Guest.APPLICANT, Stage.INFORMATION_DUE,
          way=_pressing("documents.information.send"), status=400),
    Place("desk-sign-in", "desk/sign-in", Guest.ANYBODY),
    Place("desk", "desk", Guest.OFFICER, Stage.CREDIT_REVIEW),
    Place("desk-empty", "desk", Guest.OFFICER, address="desk?tab=attention"),
    Place("overview", "desk/overview", Guest.OFFICER, Stage.CREDIT_REVIEW),
    Place("overview-empty", "desk/overview", Guest.OFFICER, address="desk/overview?from=2025-01-01&to=2025-01-31"),
    *map(_case, (Stage.ACTION_REQUIRED, Stage.CREDIT_REVIEW, Stage.DECLINED)),
    Place("case-print", "desk/cases/{id}/print", Guest.OFFICER, Stage.CREDIT_REVIEW, "desk/cases/{case}/print"),
    *map(_decision, ("approve", "decline", "ask_information", "ask_security")),
    _decision("security_received", Stage.SECURITY_DUE),
    Place("decide-preview", "desk/cases/{id}/decide/{kind}", Guest.OFFICER, Stage.CREDIT_REVIEW,
          "desk/cases/{case}/decide/decline", _preview_refusal),
    Place("erase", "desk/cases/{id}/erase", Guest.OFFICER, Stage.DECLINED, "desk/cases/{case}/erase"),
)  # fmt: skip

NO_PAGES: Final[Mapping[str, str]] = {
    "static/{name}": "what pages load",
    "language/{language}": "leads back to where it was asked",
    "desk/cases/{id}/file.json": "a file to save",
    "desk/cases/{id}/documents/{sha256}": "a file to save",
    "desk/overview/{chart}.csv": "a file to save",
    "follow/documents/{sha256}": "a file to save",
}
"""What can be opened and is no page to look at."""
