"""Log lines and counters for operators: one line per trouble, again only after a while."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Callable

LOG = logging.getLogger("oslo_messaging_sqs")


@dataclass
class _Complaint:
    since: float
    logged: float
    times: int = 1


class Report:
    """What goes into the log."""

    def __init__(
        self, repeat_seconds: float, counters_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._repeat = repeat_seconds
        self._interval = counters_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._complaints: dict[str, _Complaint] = {}
        self._counters: Counter[str] = Counter()
        self._written = clock()

    def count(self, name: str, amount: int = 1) -> None:
        """Adds to a counter."""
        with self._lock:
            self._counters[name] += amount

    @property
    def counters(self) -> dict[str, int]:
        """All counters since the start."""
        with self._lock:
            return dict(self._counters)

    def complain(self, key: str, text: str, level: int = logging.WARNING) -> None:
        """Logs a trouble at once, and while it goes on every ``repeat_seconds``."""
        now = self._clock()
        with self._lock:
            known = self._complaints.get(key)
            if known is None:
                self._complaints[key] = _Complaint(since=now, logged=now)
            else:
                known.times += 1
                if now - known.logged < self._repeat:
                    return
                known.logged = now
                text = f"{text} (for {now - known.since:.0f} s, {known.times} times)"
        LOG.log(level, "%s", text)

    def settle(self, key: str, text: str) -> None:
        """Logs that a trouble has passed, where there was one."""
        with self._lock:
            known = self._complaints.pop(key, None)
        if known is not None:
            LOG.info("%s, after %.0f s", text, self._clock() - known.since)

    def write(self) -> None:
        """Logs the counters when it is time to."""
        now = self._clock()
        with self._lock:
            if self._interval <= 0 or now - self._written < self._interval or not self._counters:
                return
            self._written = now
            line = " ".join(f"{name}={amount}" for name, amount in sorted(self._counters.items()))
        LOG.info("counters since the start: %s", line)
