"""The use-cases. They talk to the world through `ports` only; `protocol` alone saves a case or sends its messages."""
