"""Lets applicants in: a pass is looked at again at each call, against what is known of the subscription now."""

from collections.abc import Sequence

from shared.domain.access import Pass, fingerprint
from shared.domain.dossier import Dossier
from shared.domain.errors import PassVoidError
from shared.workflow.ports import Services


async def admitted(services: Services, pass_: Pass, keys: Sequence[bytes]) -> Dossier:
    """What lies in the scope of an applicant's pass: one request. Raises PassVoidError."""
    dossier = await services.cases.read(pass_.holder)
    if not is_good(pass_, dossier, keys):
        raise PassVoidError
    return dossier


def is_good(pass_: Pass, dossier: Dossier, keys: Sequence[bytes]) -> bool:
    """Whether a pass was not called back, and its holder is still the account administrator."""
    administrator = dossier.known_facts.account_administrator_email
    if administrator is None or pass_.generation != dossier.access_generation:
        return False
    return pass_.grip in [fingerprint(administrator, key) for key in keys]
