"""A compute service of a process of its own, for tests that end it: host.py URL HOST."""

from __future__ import annotations

import sys
import time
from typing import Any

import oslo_messaging

from conftest import Compute


class Endpoint:
    """Begins what it is told, and does not end."""

    target = oslo_messaging.Target(version="6.1")

    def build(self, _ctxt: Any, name: str) -> None:
        print("begun", name, flush=True)  # noqa: T201
        time.sleep(600)


if __name__ == "__main__":
    Compute(sys.argv[1], sys.argv[2]).serve(Endpoint(), workers=1)
    print("listening", flush=True)  # noqa: T201
    time.sleep(600)
