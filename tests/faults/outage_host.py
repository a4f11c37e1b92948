"""`python -m tests.faults.outage_host --port PORT`: the app of this repository in devhost, with short leases.

The Functions host leases a received message for 10 minutes, which no setting changes: what it held when it was killed
comes back after that time. Here it is seconds, so that a hundred kills can be lived through in one run.
"""

import argparse
import asyncio
import logging
import os
from dataclasses import replace

from azure.functions import FunctionRegister

from devhost.__main__ import StopRequest
from devhost.app_loading import load_app
from devhost.lifecycle import running
from devhost.settings import HostSettings, ListenerTiming, load_host_settings
from local.settings import ROOT

LEASE_SECONDS = 6
SHORT = ListenerTiming(lease=LEASE_SECONDS, renew_every=2.0, renew_at_least_every=0.5)


def main() -> None:
    """Run until SIGTERM, or until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    logging.basicConfig(level=logging.INFO)
    settings = replace(load_host_settings(ROOT, os.environ), port=parser.parse_args().port, timing=SHORT)
    asyncio.run(_serve(load_app(ROOT), settings))


async def _serve(app: FunctionRegister, settings: HostSettings) -> None:
    stop = StopRequest()
    async with running(app, settings):
        await stop.wait()


if __name__ == "__main__":
    main()
