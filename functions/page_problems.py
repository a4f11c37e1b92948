"""Kinds of problems that only people meet: the API never answers with them."""

from typing import Final

from functions.problem_types import ProblemType

FORM_EXPIRED: Final = ProblemType(
    "FormExpired",
    403,
    "The form is no longer good",
    "The form was open for long, or you have signed in or out since, or cookies are blocked. Open its page anew and "
    "send it once more.",
)
SIGN_IN_AGAIN: Final = ProblemType(
    "SignInAgain",
    401,
    "You are not signed in any more",
    "Ask for a new link: it goes to the account administrator's address.",
)
