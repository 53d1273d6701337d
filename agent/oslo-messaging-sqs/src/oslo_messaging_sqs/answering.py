"""Answers to calls that others make of this host."""

from __future__ import annotations

import logging
import time
from typing import Mapping

import oslo_messaging

from oslo_messaging_sqs.delivery import AWS_ERRORS, Delivery
from oslo_messaging_sqs.envelope import Order
from oslo_messaging_sqs.names import conductor_queue, is_reply_queue
from oslo_messaging_sqs.options import Settings
from oslo_messaging_sqs.queues import Queues
from oslo_messaging_sqs.report import Report
from oslo_messaging_sqs.trouble import is_gone

#: Seconds for which an answer is tried; nobody waits for it longer.
_TRIED = 60.0

_REMEDY = "its caller has ended; if that goes on, check that both hosts name the same deployment and account"


class Answering:
    """Sends answers to reply queues and to the conductor of the cell, and to nothing else."""

    def __init__(
        self,
        settings: Settings,
        queues: Queues,
        delivery: Delivery,
        report: Report,
        attributes: Mapping[str, str],
    ) -> None:
        self._queues = queues
        self._delivery = delivery
        self._report = report
        self._attributes = attributes
        self._conductor = conductor_queue(settings.cell)

    def answer(self, queue: str, body: str) -> None:
        """Sends the answer of a call; raises nothing."""
        if not self._may(queue):
            return
        deadline = time.monotonic() + _TRIED
        place = self._delivery.place("sqs:SendMessage", queue, _REMEDY)
        try:
            self._queues.send(queue, body, self._attributes)
        except AWS_ERRORS as error:
            if is_gone(error) and queue != self._conductor:
                self._report.count("answers_to_gone_queues")
                text = f"{queue} is gone: the answer to a call of it was dropped, its caller has ended"
                self._report.complain("answers_to_gone_queues", text, logging.INFO)
                return
            self._delivery.failed(error, place)
            self._again(queue, body, deadline)
        self._report.count("answers_sent")

    def sign_of_work(self, queue: str, body: str) -> None:
        """Sends a sign that a call is being worked on, once; raises nothing."""
        if not self._may(queue):
            return
        try:
            self._queues.send(queue, body, self._attributes)
        except AWS_ERRORS as error:
            self._delivery.failed(error, self._delivery.place("sqs:SendMessage", queue, _REMEDY))

    def newer(self, order: Order, reason: str) -> None:
        """Says that an order was of no use to this release."""
        self._report.count("orders_not_understood")
        text = (
            f"{order.method} {order.message.get('version')}: {reason}: upgrade this nova-compute, or pin the "
            "conductor's compute RPC version to what this release speaks"
        )
        self._report.complain(f"newer {order.method}", text, logging.ERROR)

    def _may(self, queue: str) -> bool:
        if queue == self._conductor or is_reply_queue(queue):
            return True
        self._report.count("answers_refused")
        text = f"{queue[:80]!r} is no reply queue of this deployment: nothing is answered"
        self._report.complain("answers_refused", text, logging.ERROR)
        return False

    def _again(self, queue: str, body: str, deadline: float) -> None:
        remedy = None if queue == self._conductor else _REMEDY
        try:
            self._delivery.send(queue, body, self._attributes, deadline, remedy=remedy)
        except oslo_messaging.MessageDeliveryFailure:
            self._report.count("answers_lost")
            text = f"an answer to {queue} could not be sent in {_TRIED:.0f} s and was dropped: its caller times out"
            self._report.complain("answers_lost", text, logging.ERROR)
