"""The reply queue of this process, and whoever waits on it."""

from __future__ import annotations

import logging
import threading
from typing import Callable

from oslo_messaging_sqs.calls import Calls, Waiting
from oslo_messaging_sqs.delivery import AWS_ERRORS, Delivery, backoff
from oslo_messaging_sqs.envelope import Answer, NewerEnvelope, Unreadable, unpack_answer
from oslo_messaging_sqs.judging import Judging, start
from oslo_messaging_sqs.leftovers import Leftovers
from oslo_messaging_sqs.names import reply_prefix, reply_queue
from oslo_messaging_sqs.options import Settings
from oslo_messaging_sqs.peers import UnknownConductor, is_trusted, sender_of
from oslo_messaging_sqs.queues import Queues, Received
from oslo_messaging_sqs.report import Report
from oslo_messaging_sqs.trouble import is_gone

#: Seconds for which an answer that is being handed over is not delivered again.
_VISIBILITY = 30

_CREATE = "allow sqs:CreateQueue on it in the policy of this host's role"


class Replies:
    """Makes the reply queue when it is first needed, and reads it from then on."""

    def __init__(
        self,
        settings: Settings,
        queues: Queues,
        delivery: Delivery,
        calls: Calls,
        judging: Judging,
        report: Report,
        answered: Callable[[], None],
        stopping: threading.Event,
    ) -> None:
        self._settings = settings
        self._queues = queues
        self._delivery = delivery
        self._calls = calls
        self._judging = judging
        self._report = report
        self._answered = answered
        self._stopping = stopping
        self._lock = threading.Lock()
        self._name: str | None = None
        self._thread: threading.Thread | None = None
        self._failing = False
        self._leftovers = Leftovers(settings.state_path)

    @property
    def failing(self) -> bool:
        """Whether answers cannot be received at present."""
        return self._failing

    @property
    def name(self) -> str | None:
        """The name of the queue; None before it is made."""
        return self._name

    def open(self) -> str:
        """The name of the queue, which is made where there is none yet.

        :raises botocore.exceptions.ClientError: and its like, when it cannot be made
        """
        with self._lock:
            if self._name is None:
                name = reply_queue(self._queues.principal)
                self._queues.create(name)
                self._name = name
                self._leftovers.keep(name)
            if self._thread is None:
                self._thread = threading.Thread(target=self._read, name="sqs-replies", daemon=True)
                self._thread.start()
            return self._name

    def close(self) -> None:
        """Deletes the queue; whoever answers to it later learns that it is gone."""
        with self._lock:
            name, self._name = self._name, None
        if name is None:
            return
        try:
            self._queues.remove(name)
        except AWS_ERRORS as error:
            self._delivery.failed(error, self._delivery.place("sqs:DeleteQueue", name))
        else:
            self._leftovers.forget()

    def _read(self) -> None:
        failures = 0
        self._clear_leftovers()
        while not self._stopping.is_set():
            name = self._name
            if name is None:
                return
            place = self._delivery.place("sqs:ReceiveMessage", name)
            error = self._receive(name)
            if error is None:
                failures = 0
                self._failing = False
                self._delivery.worked(place)
                continue
            if self._stopping.is_set():
                return
            failures += 1
            self._failing = True
            self._delivery.failed(error, place)
            if is_gone(error):
                self._make_another(name)
            self._stopping.wait(backoff(failures))

    def _receive(self, name: str) -> Exception | None:
        """Hands over what one long poll brings; answers what went wrong."""
        try:
            messages = self._queues.receive(name, 10, _VISIBILITY)
            for message in messages:
                self._take(name, message)
            if messages:
                self._queues.delete(name, [message.receipt for message in messages])
        except AWS_ERRORS as error:
            return error
        return None

    def _clear_leftovers(self) -> None:
        prefix = reply_prefix(self._queues.principal)
        try:
            cleared = self._leftovers.clear(prefix, self._queues.remove)
        except AWS_ERRORS as error:
            self._delivery.failed(error, self._delivery.place("sqs:DeleteQueue", f"{prefix}*"))
            return
        if cleared:
            self._report.count("reply_queues_cleared", cleared)

    def _make_another(self, gone: str) -> None:
        """Answers that lay in the queue are lost; whoever waits for one times out."""
        name = reply_queue(self._queues.principal)
        try:
            self._queues.create(name)
        except AWS_ERRORS as error:
            self._delivery.failed(error, self._delivery.place("sqs:CreateQueue", name, _CREATE))
            return
        with self._lock:
            if self._name == gone:
                self._name = name
                self._leftovers.keep(name)
        self._report.count("reply_queues_remade")

    def _take(self, name: str, message: Received) -> None:
        try:
            answer = unpack_answer(self._queues.payloads.load(name, message.body, message.attributes))
        except (Unreadable, NewerEnvelope) as error:
            self._report.count("answers_unreadable")
            self._report.complain("answers_unreadable", f"an answer was dropped: {error}", logging.ERROR)
            return
        waiting = self._calls.find(answer.message_id)
        if waiting is None:
            self._report.count("answers_for_nobody")
            text = f"an answer for nobody was dropped ({answer.message_id}): its call has timed out, or it came twice"
            self._report.complain("answers_for_nobody", text, logging.INFO)
            return
        self._believe(waiting, answer, message)

    def _believe(self, waiting: Waiting, answer: Answer, message: Received) -> None:
        """Hands an answer over that comes from whoever was asked; of a host, the conductor says who it is."""
        try:
            sender = sender_of(message, self._settings)
        except UnknownConductor:
            self._hand_over(waiting, answer)
            return
        asked = waiting.host
        if asked is None:
            if sender.conductor:
                self._hand_over(waiting, answer)
            else:
                remedy = "a call to the conductor: dropped; add it to conductor_principals if it is one"
                self._drop_forged(f"{sender.name} answered {remedy}")
            return
        if is_trusted(sender, self._settings) or sender.host == asked:
            self._hand_over(waiting, answer)
            return

        def judge() -> None:
            try:
                hosts = self._judging.hosts_of(sender.name)
            except Exception as error:
                text = f"an answer of {sender.name} was dropped: the conductor does not say who it is: {error}"
                self._report.count("answers_unjudged")
                self._report.complain("answers_unjudged", text, logging.WARNING)
                return
            if asked in hosts:
                self._hand_over(waiting, answer)
            else:
                self._drop_forged(f"{sender.name} answered a call to host {asked}: dropped; look at that host")

        if sender.host is None:
            start(judge)
        else:
            self._drop_forged(f"{sender.name} answered a call to host {asked}: dropped; look at that host")

    def _hand_over(self, waiting: Waiting, answer: Answer) -> None:
        if waiting.host is None:
            self._answered()
        waiting.put(answer)

    def _drop_forged(self, text: str) -> None:
        self._report.count("answers_forged")
        self._report.complain("answers_forged", text, logging.ERROR)
