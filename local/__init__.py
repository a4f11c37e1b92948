"""What a developer's machine needs to run the app: Azurite, settings, the host. It is never deployed.

It imports the standard library and aiohttp, and nothing of functions or shared.
"""
