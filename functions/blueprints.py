"""Every blueprint of the app; one that is missing here is not served."""

from typing import Final

from functions import (
    access_pages,
    applying,
    credit,
    desk_access_pages,
    desk_case_pages,
    desk_decision_pages,
    desk_erasure_pages,
    desk_pages,
    due_cases,
    follow_pages,
    intake,
    links,
    notifications,
    overview_pages,
    pages,
    poison,
    portal,
    reference,
    service,
    steps,
)

BLUEPRINTS: Final = (
    intake,
    credit,
    portal,
    steps,
    notifications,
    due_cases,
    follow_pages,
    links,
    poison,
    reference,
    pages,
    access_pages,
    applying,
    desk_access_pages,
    desk_case_pages,
    desk_decision_pages,
    desk_erasure_pages,
    desk_pages,
    overview_pages,
    service,
)
