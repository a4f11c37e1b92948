"""Commands for those who run the service: `python -m operations COMMAND`, with the app's own settings.

Like endpoints, they read what they are given, make one call into `shared.workflow` and print the answer.
"""
