"""Calls that wait for their answers."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import Any, Callable, Sequence

import oslo_messaging
from oslo_messaging._drivers import common as oslo_common

from oslo_messaging_sqs.availability import Availability
from oslo_messaging_sqs.envelope import Answer
from oslo_messaging_sqs.report import Report

#: Seconds after which a held call looks again whether the conductor is away.
_LOOK = 5.0

#: Seconds of one wait, at most.
_LONGEST = 3600.0


class Waiting:
    """One call in progress."""

    def __init__(self, message_id: str, host: str | None = None) -> None:
        self.message_id = message_id
        #: the host that was asked; None for the conductor
        self.host = host
        self._answers: queue.Queue[Answer | None] = queue.Queue()

    @property
    def answered(self) -> bool:
        """Whether an answer lies ready."""
        return not self._answers.empty()

    def put(self, answer: Answer | None) -> None:
        """Hands over an answer; None ends the waiting."""
        self._answers.put(answer)

    def get(self, seconds: float) -> Answer:
        """The next answer.

        :raises queue.Empty: when none came in time
        :raises oslo_messaging.MessagingTimeout: when nobody waits any more
        """
        answer = self._answers.get(timeout=max(0.0, seconds))
        if answer is None:
            raise oslo_messaging.MessagingTimeout(f"the transport was closed while {self.message_id} waited")
        return answer


class Calls:
    """All calls in progress of one process, by their ids."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, Waiting] = {}

    def begin(self, message_id: str, host: str | None = None) -> Waiting:
        """A call to a host, or to the conductor, is about to be sent."""
        waiting = Waiting(message_id, host)
        with self._lock:
            self._waiting[message_id] = waiting
        return waiting

    def end(self, waiting: Waiting) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            self._waiting.pop(waiting.message_id, None)

    def find(self, message_id: str) -> Waiting | None:
        """The call of an id; None for one that nobody waits for."""
        with self._lock:
            return self._waiting.get(message_id)

    def close(self) -> None:
        """Ends all waiting."""
        with self._lock:
            waiting: list[Waiting] = list(self._waiting.values())
        for each in waiting:
            each.put(None)


class Patience:
    """How long a call is waited for: its own time-outs, and longer while the conductor is known to be away.

    A call of the conductor that times out costs a server: the compute destroys its guest. So where our side is away
    the call is held. Once the conductor answers again it has a backlog, so from then on the call has its time-out anew.

    :param timeout: seconds to the answer; None for any time
    :param monitor_timeout: seconds to the next sign that the call is being worked on
    :param hold: seconds beyond the time-out, at most; 0 for calls that are not held
    """

    def __init__(
        self,
        timeout: float | None,
        monitor_timeout: float | None,
        hold: float,
        availability: Availability,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._timeout = timeout
        self._monitor = monitor_timeout
        self._availability = availability
        self._start = self._heard = clock()
        self._hold = hold
        #: what no holding goes beyond
        self._limit = self._start + (timeout if timeout is not None else float("inf")) + hold
        self.held = False

    @property
    def send_until(self) -> float:
        """Until when (monotonic seconds) the request itself is tried."""
        return self._limit

    def sent(self) -> None:
        """The request was sent; of one that is held the time until then does not count."""
        if self._hold > 0:
            self._start = self._heard = self._clock()

    def heard(self) -> None:
        """A sign of work came."""
        self._heard = self._clock()

    def left(self) -> float | None:
        """Seconds to wait for the next answer; None when it is over."""
        now = self._clock()
        deadline = self._deadline()
        if deadline is None:
            return _LOOK
        if now < deadline:
            return min(deadline - now, _LONGEST)
        held_until = min(self._due() + self._hold, self._limit)
        if now < held_until and self._availability.away():
            self.held = True
            return min(_LOOK, max(0.0, held_until - self._clock()))
        # the ping may have taken a while, and shown that the conductor is back
        left = (self._deadline() or 0.0) - self._clock()
        return left if left > 0 else None

    def _due(self) -> float:
        """When its own time-outs end it; infinity where it has none."""
        timeout = self._start + self._timeout if self._timeout is not None else float("inf")
        monitor = self._heard + self._monitor if self._monitor else float("inf")
        return min(timeout, monitor, self._limit)

    def _deadline(self) -> float | None:
        """When it ends if nobody is away; None for never."""
        due = self._due()
        if due == float("inf"):
            return None
        back = self._availability.back_at if self._hold > 0 else None
        if back is None or back <= self._start:
            return due
        patience = min(self._timeout or float("inf"), self._monitor or float("inf"))
        return max(due, min(back + patience, due + self._hold, self._limit))


def wait(waiting: Waiting, patience: Patience, report: Report, what: str, exmods: Sequence[str]) -> Any:
    """Waits for the answer of a call and gives its result.

    :param what: names the call in the log
    :param exmods: modules whose exceptions are raised as themselves
    :raises oslo_messaging.MessagingTimeout: when none came in time
    :raises Exception: what the remote method raised
    """
    while True:
        left = patience.left()
        if left is None:
            raise oslo_messaging.MessagingTimeout(f"Timed out waiting for a reply to {what} ({waiting.message_id})")
        if patience.held:
            report.count("calls_held_looks")
            text = f"the conductor is away: {what} is held beyond its time-out; nothing to do on this host"
            report.complain("away", text, logging.WARNING)
        try:
            answer = waiting.get(left)
        except queue.Empty:
            continue
        if not answer.ending:
            patience.heard()
            continue
        if answer.failure is not None:
            raise oslo_common.deserialize_remote_exception(answer.failure, exmods)
        return answer.result
