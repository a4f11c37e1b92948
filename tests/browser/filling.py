"""Fills in what an applicant owes: the figures of the credit-check application, and documents."""

from typing import Final

from playwright.async_api import FilePayload, Locator

from tests.browser.person import Person

TEXTS: Final = {
    "legal_name": "Contoso B.V.",
    "registration_number": "33031431",
    "tax_id": "NL004495445B01",
    "years_in_business": "12",
    "figures_year": "2025",
    "bank_reference": "Contoso Bank, Amsterdam",
}

AMOUNTS: Final = {
    "total_assets": 2_600_000,
    "current_assets": 1_500_000,
    "equity": 1_100_000,
    "retained_earnings": 700_000,
    "current_liabilities": 800_000,
    "annual_revenue": 5_200_000,
    "operating_result": 420_000,
    "limit_amount": 25_000,
}
"""In euros, by the names of the fields."""


async def fill_in_figures(person: Person, **others: int) -> None:
    """Fill in the form, with some other amounts or none."""
    for name, text in TEXTS.items():
        await person.fills(_label(person, name), text)
    for name, amount in {**AMOUNTS, **others}.items():
        await person.fills(_label(person, name), as_typed(amount, person))
    for name in ("currency", "limit_currency"):
        await person.field(_label(person, name)).select_option("EUR")


def as_typed(amount: int, person: Person) -> str:
    """An amount with the marks of the person's language."""
    typed = f"{amount:,}.00"
    return typed.translate(str.maketrans(",.", ".,")) if person.look.language == "nl" else typed


def _label(person: Person, name: str) -> str:
    return person.says(f"credit.fields.{name}")


async def upload(person: Person, slot: str, name: str, content: bytes) -> None:
    """Upload a file into a slot of the page of documents."""
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    await _slot(person, slot).locator("input[type=file]").set_input_files(file)
    await press_upload(person, slot)


async def press_upload(person: Person, slot: str) -> None:
    """Press the button of a slot."""
    await _slot(person, slot).get_by_role("button", name=person.says("documents.upload")).click()


def _slot(person: Person, slot: str) -> Locator:
    return person.page.get_by_role("region", name=person.says(f"documents.slots.{slot}.title"), exact=True)
