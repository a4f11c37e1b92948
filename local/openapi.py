"""Writes the API's description as it is served: `python -m local.openapi > docs/openapi.json`."""

from functions.blueprints import BLUEPRINTS
from functions.openapi import openapi_json

if __name__ == "__main__":
    assert BLUEPRINTS, "importing them registers the routes"  # noqa: S101 - the import is for that
    print(openapi_json().decode(), end="")
