"""What a developer's machine needs to run the app: Azurite, settings, the host. It is never deployed.

It may use anything of the app, which knows nothing of it.
"""
