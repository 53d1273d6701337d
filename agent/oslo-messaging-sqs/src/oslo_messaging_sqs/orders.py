"""The host's queue: orders are taken from it, judged, and handed to the listeners of their topics."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import Callable

from oslo_messaging._drivers import base
from oslo_messaging._drivers import common as oslo_common

from oslo_messaging_sqs.answering import Answering
from oslo_messaging_sqs.delivery import AWS_ERRORS, Delivery, backoff
from oslo_messaging_sqs.envelope import NewerEnvelope, Order, Unreadable, pack_answer, unpack_request
from oslo_messaging_sqs.incoming import IncomingOrder
from oslo_messaging_sqs.judging import Judging
from oslo_messaging_sqs.ledger import Ledger
from oslo_messaging_sqs.names import host_queue
from oslo_messaging_sqs.options import Settings
from oslo_messaging_sqs.peers import PEER_METHODS, Sender, UnknownConductor, instance_of, is_trusted, sender_of
from oslo_messaging_sqs.queues import Queues, Received
from oslo_messaging_sqs.report import Report
from oslo_messaging_sqs.trouble import is_gone

LOG = logging.getLogger(__name__)

#: The topic of an order that names none.
TOPIC = "compute"

#: The attribute that names another topic of the host.
TOPIC_ATTRIBUTE = "topic"

#: Seconds after which an order comes again that nobody may take now, or that waits for an upgrade or a setting.
_SOON, _LATER = 5, 300


class PeerRefused(Exception):
    """What the caller of a refused order is answered."""


class OrderListener(base.Listener):
    """Hands the orders of one topic to an RPC server."""

    def __init__(self, orders: Orders, topic: str, batch_size: int, batch_timeout: float | None) -> None:
        super().__init__(batch_size, batch_timeout)
        self._orders = orders
        self._topic = topic

    def start(self, on_incoming_callback: Callable[[list], None]) -> None:  # type: ignore[type-arg]
        """Begins to hand over."""
        super().start(on_incoming_callback)
        self._orders.attach(self._topic, on_incoming_callback)

    def stop(self) -> None:
        """Hands over nothing more; what comes stays in the queue."""
        self._orders.detach(self._topic)
        super().stop()

    def cleanup(self) -> None:
        """Holds nothing of its own."""


class Orders:
    """Reads the queue while anybody listens."""

    def __init__(
        self,
        settings: Settings,
        queues: Queues,
        delivery: Delivery,
        answering: Answering,
        judging: Judging,
        report: Report,
        ready: Callable[[], object],
        stopping: threading.Event,
    ) -> None:
        self._settings = settings
        self._queues = queues
        self._delivery = delivery
        self._answering = answering
        self._judging = judging
        self._report = report
        self._ready = ready
        self._stopping = stopping
        self._queue = host_queue(settings.cell, settings.host)
        self._lock = threading.Lock()
        self._listeners: dict[str, Callable[[list], None]] = {}  # type: ignore[type-arg]
        self._thread: threading.Thread | None = None
        self.ledger = Ledger(settings.prefetch, settings.duplicates_remembered)
        self._own: dict[str, None] = {}

    def attach(self, topic: str, callback: Callable[[list], None]) -> None:  # type: ignore[type-arg]
        """Somebody takes the orders of a topic from now on."""
        with self._lock:
            self._listeners[topic] = callback
            if self._thread is None:
                self._thread = threading.Thread(target=self._read, name="sqs-orders", daemon=True)
                self._thread.start()

    def detach(self, topic: str) -> None:
        """Nobody takes them any more."""
        with self._lock:
            self._listeners.pop(topic, None)

    def note_own(self, unique_id: str) -> None:
        """This process sent itself an order: no other host's rules hold for it."""
        with self._lock:
            self._own[unique_id] = None
            while len(self._own) > self._settings.duplicates_remembered:
                del self._own[next(iter(self._own))]

    def keep(self) -> None:
        """Keeps held orders from coming again, and deletes begun ones that could not be deleted."""
        place = self._delivery.place("sqs:ChangeMessageVisibility", self._queue)
        receipts = self.ledger.receipts()
        try:
            if receipts:
                self._queues.hide(self._queue, receipts, self._settings.visibility_timeout)
                self._delivery.worked(place)
        except AWS_ERRORS as error:
            self._delivery.failed(error, place)
        for receipt in self.ledger.take_undeleted():
            self._delete(receipt)

    def _read(self) -> None:
        failures = 0
        make = f"conductor host add {self._settings.host} --cell {self._settings.cell}"
        remedy = f"check region and deployment of transport_url, or make it with: {make}"
        place = self._delivery.place("sqs:ReceiveMessage", self._queue, remedy)
        while not self._stopping.is_set():
            room = self.ledger.wait_for_room(1.0)
            with self._lock:
                listened = bool(self._listeners)
            if room <= 0 or not listened:
                if not listened:
                    self._stopping.wait(0.5)
                continue
            error = self._receive(room)
            if error is None:
                failures = 0
                self._delivery.worked(place)
            else:
                failures += 1
                self._delivery.failed(error, place)
                self._stopping.wait(backoff(failures))

    def _receive(self, room: int) -> Exception | None:
        """Takes what one long poll brings; answers what went wrong."""
        try:
            self._ready()
            for message in self._queues.receive(self._queue, room, self._settings.visibility_timeout):
                self._take(message)
        except AWS_ERRORS as error:
            return error
        except Exception:
            # the thread must not end for one message that nobody was prepared for: it comes again
            self._report.count("orders_unprepared")
            LOG.exception("an order could not be taken")
            self._stopping.wait(1.0)
        return None

    def _take(self, message: Received) -> None:
        try:
            order = unpack_request(self._queues.payloads.load(self._queue, message.body, message.attributes))
        except Unreadable as error:
            self._drop(message, f"message {message.message_id} of {message.sender_id} was dropped: {error}")
            return
        except NewerEnvelope as error:
            self._wait_for_person(message, "newer_envelopes", f"an order waits for an upgrade of this driver: {error}")
            return
        known = self.ledger.known(order.unique_id, message.receipt)
        if known is not None:
            self._report.count("orders_again")
            if known == "begun":
                self._delete(message.receipt)
            return
        try:
            sender = sender_of(message, self._settings)
        except UnknownConductor:
            text = "orders wait: set conductor_principals in [oslo_messaging_sqs] to the roles of the conductor"
            self._wait_for_person(message, "conductor_unknown", text)
            return
        with self._lock:
            own = self._own.pop(order.unique_id, self) is None
        if own or is_trusted(sender, self._settings):
            self.ledger.hold(order.unique_id, message.receipt)
            self._hand_over(message, order)
        elif order.method not in PEER_METHODS:
            self._refuse(
                message, order, f"{order.method} of {sender.name} was refused: computes do not send it to each other"
            )
        else:
            self._have_judged(message, order, sender)

    def _have_judged(self, message: Received, order: Order, sender: Sender) -> None:
        """Another host's order waits, held, until the conductor has said whether it is carried out."""
        self.ledger.hold(order.unique_id, message.receipt)
        if not self._judging.begin(lambda: self._judge(message, order, sender)):
            self._put_back(order.unique_id, _SOON)

    def _judge(self, message: Received, order: Order, sender: Sender) -> None:
        instance = instance_of(order.message.get("args") or {})
        self._report.count("orders_judged")
        try:
            may = self._judging.may_order(sender.name, order.method, instance)
        except Exception as error:
            # away, or of a release that does not know the question: the order waits in its queue
            text = f"{order.method} of {sender.name} waits: the conductor does not say whether it may: {error}"
            self._report.complain("orders_unjudged", text, logging.WARNING)
            self._put_back(order.unique_id, _SOON)
            return
        if may:
            self._hand_over(message, order)
            return
        receipt = self.ledger.release(order.unique_id)
        server = instance or "a server that it does not name"
        self._refuse(
            message if receipt is None else replace(message, receipt=receipt),
            order,
            f"{order.method} of {sender.name} was refused: no move of {server} under way has it order this host",
        )

    def _hand_over(self, message: Received, order: Order) -> None:
        """Hands a held order to whoever listens to its topic."""
        topic = message.attributes.get(TOPIC_ATTRIBUTE, TOPIC)
        with self._lock:
            callback = self._listeners.get(topic)
            # a release that has one topic takes all orders on it
            if callback is None and topic != TOPIC and set(self._listeners) == {TOPIC}:
                callback = self._listeners[TOPIC]
        if callback is None:
            self._report.count("orders_left")
            self._put_back(order.unique_id, _SOON)
            return
        self._report.count("orders_taken")
        incoming = IncomingOrder(
            order, self._answering, lambda: self._begin(order.unique_id), lambda: self._put_back(order.unique_id)
        )
        try:
            callback([incoming])
        except RuntimeError:
            # the server's workers have ended
            self._put_back(order.unique_id)

    def _begin(self, unique_id: str) -> None:
        receipt = self.ledger.begin(unique_id)
        self._report.count("orders_begun")
        if receipt is not None:
            self._delete(receipt)

    def _put_back(self, unique_id: str, seconds: int = 0) -> None:
        """Gives a held order back to its queue, which delivers it again after some seconds."""
        receipt = self.ledger.release(unique_id)
        self._report.count("orders_put_back")
        if receipt is None:
            return
        try:
            self._queues.hide(self._queue, [receipt], seconds)
        except AWS_ERRORS as error:
            self._delivery.failed(error, self._delivery.place("sqs:ChangeMessageVisibility", self._queue))

    def _delete(self, receipt: str) -> None:
        place = self._delivery.place("sqs:DeleteMessage", self._queue)
        try:
            self._queues.delete(self._queue, [receipt])
        except AWS_ERRORS as error:
            self._delivery.failed(error, place)
            if not is_gone(error):
                self.ledger.keep_undeleted(receipt)
        else:
            self._delivery.worked(place)

    def _drop(self, message: Received, text: str) -> None:
        self._report.count("orders_unreadable")
        self._report.complain("orders_unreadable", text, logging.ERROR)
        self._delete(message.receipt)

    def _wait_for_person(self, message: Received, kind: str, text: str) -> None:
        self._report.count(kind)
        self._report.complain(kind, text, logging.ERROR)
        self._hide(message, min(_LATER, self._settings.visibility_timeout * 5))

    def _refuse(self, message: Received, order: Order, text: str) -> None:
        self._report.count("orders_refused")
        self._report.complain(f"refused {order.method}", text, logging.ERROR)
        self._delete(message.receipt)
        if order.reply_queue is None or order.message_id is None:
            return
        error = PeerRefused(text)
        failure = oslo_common.serialize_remote_exception((PeerRefused, error, None))
        self._answering.answer(order.reply_queue, pack_answer(order.message_id, None, failure))

    def _hide(self, message: Received, seconds: int) -> None:
        try:
            self._queues.hide(self._queue, [message.receipt], seconds)
        except AWS_ERRORS as error:
            self._delivery.failed(error, self._delivery.place("sqs:ChangeMessageVisibility", self._queue))
