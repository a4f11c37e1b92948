"""Endpoints and triggers: read the request, one call into `shared.workflow`, answer. Nothing is decided here."""
