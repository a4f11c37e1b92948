"""The Azure Functions app: registers the blueprints, checks what must hold from the start, nothing else."""

import logging

import azure.functions as func

from functions.blueprints import BLUEPRINTS
from functions.routes import refuse_undeclared
from shared import wiring


def create_app() -> func.FunctionApp:
    """A new app with every function. Functions can be listed once per app, so tests make their own."""
    made = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    for module in BLUEPRINTS:
        made.register_functions(module.blueprint)
    return made


# Functions can be listed once per app, so that what is checked is an app of its own.
refuse_undeclared(create_app().get_functions())
wiring.check_settings()
# The SDKs tell of every request, with its address: more than the app's own log says.
logging.getLogger("azure").setLevel(logging.WARNING)

app = create_app()
