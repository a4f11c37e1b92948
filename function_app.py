"""The Azure Functions app: registers the blueprints, nothing else."""

import azure.functions as func

from functions import credit, due_cases, intake, notifications, poison, portal, service, steps

BLUEPRINTS = (intake, credit, portal, steps, notifications, due_cases, poison, service)


def create_app() -> func.FunctionApp:
    """A new app with every function. Functions can be listed once per app, so tests make their own."""
    made = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    for module in BLUEPRINTS:
        made.register_functions(module.blueprint)
    return made


app = create_app()
