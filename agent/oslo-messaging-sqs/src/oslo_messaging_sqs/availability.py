"""What is known about the conductor being away."""

from __future__ import annotations

import threading
import time
from typing import Callable

from oslo_messaging_sqs.report import Report

#: Seconds for which an answer proves that the conductor is there.
_FRESH = 15.0

#: Seconds for which an unanswered ping holds; whatever is answered meanwhile ends it at once.
_PROVED = 60.0


class Availability:
    """Takes notice of calls and answers, and asks the conductor itself before it says that it is away.

    :param failing: whether requests to SQS itself fail at present
    :param ping: sends a ping and answers whether it was answered; takes as long as it may
    """

    def __init__(
        self,
        failing: Callable[[], bool],
        ping: Callable[[], bool],
        report: Report,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failing = failing
        self._ping = ping
        self._report = report
        self._clock = clock
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._answered: float | None = None
        self._unanswered_since: float | None = None
        self._back: float | None = None
        self._away_at: float | None = None

    def asked(self) -> None:
        """A call was sent."""
        with self._lock:
            if self._unanswered_since is None:
                self._unanswered_since = self._clock()

    def answered(self) -> None:
        """An answer came."""
        now = self._clock()
        with self._lock:
            silent = self._unanswered_since is not None and now - self._unanswered_since > _FRESH
            if silent or self._away_at is not None:
                self._back = now
            self._answered, self._unanswered_since, self._away_at = now, None, None
        self._report.settle("away", "the conductor answers again")

    @property
    def back_at(self) -> float | None:
        """When (monotonic seconds) it answered again after a silence; its backlog takes a while from then."""
        with self._lock:
            return self._back

    def away(self) -> bool:
        """Whether the conductor is known to be away; may take as long as a ping does."""
        if self._failing():
            return True
        with self._asking:
            with self._lock:
                now = self._clock()
                if self._answered is not None and now - self._answered < _FRESH:
                    return False
                if self._away_at is not None and now - self._away_at < _PROVED:
                    return True
                answered = self._answered
            if self._ping():
                return self._failing()
            with self._lock:
                # whoever was answered meanwhile has proved that it is there
                if self._answered != answered:
                    return False
                self._away_at = self._clock()
        return True
