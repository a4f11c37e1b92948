"""The storages of the contract tests, for adapters that work over either."""

from tests.contract.conftest import azurite, storage

__all__ = ["azurite", "storage"]
