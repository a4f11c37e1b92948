"""The Azure Functions app: registers the blueprints, checks what must hold from the start, nothing else."""

import gc

gc.disable()  # what is imported stays: to look for garbage in it took 60 of the 300 ms of processor time of a start

import logging

import azure.functions as func

from functions.blueprints import BLUEPRINTS
from functions.routes import DeclaredApp
from shared import wiring


def create_app() -> func.FunctionApp:
    """A new app with every function. Functions can be listed once per app, so tests make their own."""
    made = DeclaredApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    for module in BLUEPRINTS:
        made.register_functions(module.blueprint)
    return made


wiring.check_settings()
logging.getLogger("azure").setLevel(logging.WARNING)  # the SDKs tell of every request, with its address
app = create_app()
gc.freeze()
gc.enable()
