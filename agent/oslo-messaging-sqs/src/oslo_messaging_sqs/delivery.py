"""Requests to AWS until they are done: what fails is tried again, and said once."""

from __future__ import annotations

import logging
import random
import threading
import time
from typing import Callable, Mapping, TypeVar

import oslo_messaging
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from oslo_messaging_sqs.queues import NotOpen, Queues
from oslo_messaging_sqs.report import Report
from oslo_messaging_sqs.trouble import NotSqs, Place, trouble

#: Longest pause between two tries, in seconds.
_LONGEST_PAUSE = 15.0

#: What a request to AWS fails with.
AWS_ERRORS = (BotoCoreError, ClientError, ResponseParserError, NotSqs, OSError, NotOpen)

T = TypeVar("T")


def backoff(failures: int) -> float:
    """Seconds until the next try after so many failures, never the same for two hosts."""
    longest = min(_LONGEST_PAUSE, 0.25 * 2.0 ** min(failures, 8))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311


class Delivery:
    """Sends messages, and keeps whether that works."""

    def __init__(self, queues: Queues, report: Report, stopping: threading.Event) -> None:
        self._queues = queues
        self._report = report
        self._stopping = stopping
        self._failing = False

    @property
    def failing(self) -> bool:
        """Whether nothing can be sent to the conductor at present."""
        return self._failing

    def send(
        self,
        queue: str,
        body: str,
        attributes: Mapping[str, str],
        deadline: float,
        retry: int | None = None,
        remedy: str | None = None,
    ) -> None:
        """Sends a message, and tries again until ``deadline`` (monotonic seconds).

        :param retry: tries after the first, at most; None or less than 0 for any number
        :param remedy: what a person does when the queue is not there; None for the conductor's queues
        :raises oslo_messaging.MessageDeliveryFailure: when it could not be sent
        """
        self.persist(
            lambda: self._queues.send(queue, body, attributes), "sqs:SendMessage", queue, deadline, retry, remedy
        )

    def persist(
        self,
        request: Callable[[], T],
        action: str,
        queue: str,
        deadline: float,
        retry: int | None = None,
        remedy: str | None = None,
    ) -> T:
        """Makes a request, and tries again until ``deadline`` (monotonic seconds).

        :raises oslo_messaging.MessageDeliveryFailure: when it did not succeed
        """
        tries = 0
        place = self.place(action, queue, remedy)
        while True:
            try:
                result = request()
            except AWS_ERRORS as caught:
                error = caught
            else:
                self.worked(place)
                self._failing = self._failing and remedy is not None
                return result
            # outside of the except clause, where oslo.log would add the exception to the line
            advice = self.failed(error, place)
            self._failing = self._failing or remedy is None
            tries += 1
            over = retry is not None and 0 <= retry < tries
            pause = backoff(tries)
            if over or time.monotonic() + pause >= deadline or self._stopping.wait(pause):
                raise oslo_messaging.MessageDeliveryFailure(advice) from error

    def failed(self, error: Exception, place: Place) -> str:
        """Says once what a failure means; answers that line."""
        if isinstance(error, NotOpen):
            return f"{place.action} {place.queue}: no reply queue could be made yet"
        found = trouble(error, place)
        self._report.count(f"failed_{found.kind}")
        level = logging.WARNING if found.passes else logging.ERROR
        self._report.complain(f"{place.action} {place.queue}", found.advice, level)
        return found.advice

    def worked(self, place: Place) -> None:
        """Says that it works again, where it had failed."""
        self._report.settle(f"{place.action} {place.queue}", f"{place.action} {place.queue}: works again")

    def place(self, action: str, queue: str, remedy: str | None = None) -> Place:
        """Names a request for log lines."""
        name = self._queues.full_name(queue)
        region = self._queues.region
        return Place(action, name, region) if remedy is None else Place(action, name, region, remedy)
