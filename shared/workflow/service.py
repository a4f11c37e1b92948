"""Is everything there that the app needs?"""

from shared.workflow.ports import Services


async def check_storage(services: Services) -> None:
    """Read the current policy and one empty scope. Raises SettingsError or StorageUnavailableError."""
    await services.shelf.policy(services.current_policy)
    await services.cases.read("readiness")
