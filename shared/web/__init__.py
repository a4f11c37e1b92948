"""What people read: templates and the words for what the machine calls by name. Only `shared.wiring` imports this."""
