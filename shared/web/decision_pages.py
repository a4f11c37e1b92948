"""What the desk's pages for deciding on a case show, and the page for erasing one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from shared.domain.case_file import CaseFile
from shared.domain.decisions import DECLINE_WORDS, ApplicantWords, DeclineCode, Language
from shared.domain.eligibility import Finding, Outcome
from shared.domain.lifecycle import Event
from shared.domain.mistakes import Mistake
from shared.domain.notices import Letter
from shared.domain.typed_decision import FormKind, TypedDecision, event_of
from shared.web.case_pages import about, figures
from shared.web.case_words import told_since
from shared.web.frame import Frame
from shared.web.languages import has_words, word
from shared.web.notation import typed_in
from shared.web.words import finding_in


def decision_page(
    frame: Frame,
    file: CaseFile,
    kind: FormKind,
    typed: TypedDecision | None,
    seen: tuple[int, int] | None,
    findings: Sequence[Finding] = (),
) -> Mapping[str, Any]:
    """The form for one kind of decision. `findings` are what keeps an approval from being possible."""
    language, shown = frame.language, about(frame, file)
    mistakes = {name: mistake_in(language, name, each) for name, each in typed.mistakes.items()} if typed else {}
    return {
        **shown,
        "kind": kind,
        "is_open": kind in shown["decisions"],
        "revokes": event_of(kind, file.standing.state) is Event.REVOKE,
        "values": typed.values if typed else filled_in(language, file, kind),
        "mistakes": mistakes,
        "labels": {name: label_of(language, kind, name) for name in mistakes},
        "changes": told_since(language, file, seen),
        "blocking": [finding_in(language, each) for each in findings if each.outcome is not Outcome.PASS],
        "codes": codes_in(language, file.request.contact.language),
        "read_in": file.request.contact.language,
        "figures": figures(language, file),
    }


def preview_page(
    frame: Frame, letter: Letter, kind: FormKind, address: str, sent: Mapping[str, str]
) -> Mapping[str, Any]:
    """What the applicant will read, and the form again with all that was typed."""
    title = word(frame.language, f"case.decisions.{kind.value}")
    return {"letter": letter, "kind": kind, "address": address, "sent": sent, "decision": title}


def erasure_page(frame: Frame, file: CaseFile, typed: str, *, is_wrong: bool) -> Mapping[str, Any]:
    """What goes and what stays."""
    mistakes = {"company": word(frame.language, "decide.mistakes.company.other")} if is_wrong else {}
    return {**about(frame, file), "values": {"company": typed}, "mistakes": mistakes}


def filled_in(language: Language, file: CaseFile, kind: FormKind) -> Mapping[str, str]:
    """What a form is filled in with at first: the limit that is advised, or the security that was asked for."""
    credit, needed = file.credit, file.request.credit_needed
    limit = credit.assessment.suggested_limit if credit.assessment else None
    if kind is FormKind.APPROVE and limit:
        return {"amount": typed_in(language, limit.amount), "currency": limit.currency}
    asked = credit.security_asked
    if kind is FormKind.SECURITY_RECEIVED and asked:
        money = {"amount": typed_in(language, asked.amount.amount), "currency": asked.amount.currency}
        return {**money, "type": asked.type.value}
    return {"currency": needed.currency}


def codes_in(language: Language, read_in: Language) -> list[tuple[str, str, ApplicantWords]]:
    """Every code with its meaning for the desk, and what the applicant reads of it in their own language."""
    return [
        (code.value, word(language, f"case.reasons.{code.value}"), DECLINE_WORDS[code].applicant[read_in])
        for code in DeclineCode
    ]


def mistake_in(language: Language, name: str, mistake: Mistake) -> str:
    """What is wrong with a field; a code without words in the language is told in the model's English."""
    for key in (f"decide.mistakes.{name}.{mistake.code}", f"decide.mistakes.any.{mistake.code}"):
        if has_words(language, key):
            return word(language, key, **mistake.details)
    return mistake.words


def label_of(language: Language, kind: FormKind, name: str) -> str:
    """What a field is called."""
    if name.startswith("text_"):
        return word(language, "decide.fields.text")
    return word(language, "decide.fields.limit" if (kind, name) == (FormKind.APPROVE, "amount") else _key(name))


def _key(name: str) -> str:
    return f"decide.fields.{name}"


PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {
    "desk_decision": decision_page,
    "desk_preview": preview_page,
    "desk_erasure": erasure_page,
}
