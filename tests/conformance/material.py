"""Where the test and the hooks, which schemathesis runs in a process of its own, leave things for each other."""

FOLDER = "CONFORMANCE_FOLDER"
"""The environment variable that tells the hooks the folder."""
MATERIAL = "material.json"
"""What the hooks are given: `cases` by operation, `consent`, `next_page`, `portal_secret`."""
SEEN = "seen.json"
"""What they counted: operation, status and how often."""
