"""One outside system each; what their SDKs raise ends here. Only `shared.wiring` imports these."""
