"""What one process works with: clients, queues, threads."""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from typing import Any, Mapping, Sequence

import oslo_messaging

from oslo_messaging_sqs.answering import Answering
from oslo_messaging_sqs.availability import Availability
from oslo_messaging_sqs.calls import Calls, Patience, wait
from oslo_messaging_sqs.clients import Clients
from oslo_messaging_sqs.delivery import Delivery
from oslo_messaging_sqs.direct import DirectRoute, FunctionUrl
from oslo_messaging_sqs.guests import guest_report, guests_of
from oslo_messaging_sqs.judging import Judging
from oslo_messaging_sqs.names import conductor_queue
from oslo_messaging_sqs.notifications import Notifications
from oslo_messaging_sqs.options import Settings
from oslo_messaging_sqs.orders import Orders
from oslo_messaging_sqs.peers import SENDER
from oslo_messaging_sqs.placement import PlacementPort
from oslo_messaging_sqs.queues import Queues
from oslo_messaging_sqs.replies import Replies
from oslo_messaging_sqs.report import Report
from oslo_messaging_sqs.routes import QueueRoute, Request, Route

#: The context in which this driver asks something for itself.
_CONTEXT: Mapping[str, Any] = {"request_id": "", "is_admin": True, "user_id": None, "project_id": None, "roles": []}

#: Seconds for which a question of the driver's own waits for its answer.
_ASKED = 20.0


class Engine:
    """Everything of one process; threads and queues are made when they are first needed."""

    def __init__(self, settings: Settings, exmods: Sequence[str]) -> None:
        self.pid = os.getpid()
        self.settings = settings
        self._exmods = exmods
        self.report = Report(settings.repeat_seconds, settings.counters_seconds)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._keeper: threading.Thread | None = None
        self._reported_guests = False
        #: Who says it where an emulator has no principals.
        self.attributes = {SENDER: f"host:{settings.host}"} if settings.emulator else {}
        clients = Clients(settings)
        queues = Queues(settings, clients, self.report)
        delivery = Delivery(queues, self.report, self._stopping)
        self._calls = Calls()
        self._judging = Judging(settings.host, self._ask)
        self._replies = Replies(
            settings,
            queues,
            delivery,
            self._calls,
            self._judging,
            self.report,
            lambda: self.availability.answered(),
            self._stopping,
        )
        self.availability = Availability(lambda: delivery.failing or self._replies.failing, self._ping, self.report)
        self._queue_route = QueueRoute(delivery, self._replies)
        #: The way of calls to the conductor; a direct one takes its place here and falls back on the queue's.
        self.conductor_route: Route = self._queue_route
        if settings.direct_url is not None:
            url = FunctionUrl(settings, clients)
            self.conductor_route = DirectRoute(settings, url, self._queue_route, self.report)
        answering = Answering(settings, queues, delivery, self.report, self.attributes)
        self.orders = Orders(
            settings, queues, delivery, answering, self._judging, self.report, self._replies.open, self._stopping
        )
        self.notifications = Notifications(settings, clients, self.report)
        port = settings.placement_port
        self._placement = None if port is None else PlacementPort(port, self._ask_placement, self.report)

    def call(self, request: Request, timeout: float | None, host: str | None, held: bool, what: str) -> Any:
        """Makes a call and gives its result.

        :param host: the host that is asked; None for the conductor
        :param held: whether it waits beyond its time-out while the conductor is away
        :param what: names it in the log
        """
        self.keep()
        hold = float(self.settings.hold_seconds) if held else 0.0
        patience = Patience(timeout, request.monitor_timeout, hold, self.availability)
        waiting = self._calls.begin(uuid.uuid4().hex, host)
        route = self.conductor_route if host is None else self._queue_route
        try:
            try:
                route.call(request, waiting, patience)
            except oslo_messaging.MessageDeliveryFailure as error:
                if request.retry is not None and request.retry >= 0:
                    raise
                raise oslo_messaging.MessagingTimeout(f"{what}: {error}") from error
            patience.sent()
            if held and not waiting.answered:
                self.availability.asked()
            return wait(waiting, patience, self.report, what, self._exmods)
        finally:
            self._calls.end(waiting)

    def cast(self, request: Request, deadline: float) -> None:
        """Sends a request that nobody answers."""
        self.keep()
        self._queue_route.cast(request, deadline)

    def listening(self) -> None:
        """A server begins to listen: the guests are reported to the conductor, once."""
        self.keep()
        with self._lock:
            reported, self._reported_guests = self._reported_guests, True
        if self.settings.guest_list and not reported:
            threading.Thread(target=self._report_guests, args=(self.settings.guest_list,), daemon=True).start()

    def keep(self) -> None:
        """Starts the thread that looks after held orders and counters."""
        with self._lock:
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._look_after, name="sqs-keeper", daemon=True)
                self._keeper.start()
                if self._placement is not None:
                    self._placement.open()

    def close(self) -> None:
        """Ends the threads and the calls in progress, and deletes the reply queue."""
        self._stopping.set()
        if self._placement is not None:
            self._placement.close()
        self._calls.close()
        self.orders.ledger.wake()
        self._replies.close()

    def _look_after(self) -> None:
        pause = max(1.0, self.settings.visibility_timeout / 3)
        while not self._stopping.wait(pause):
            try:
                self.orders.keep()
                if self._placement is not None:
                    self._placement.open()
                self.report.write()
            except Exception:
                # without this thread held orders would come twice
                logging.getLogger(__name__).exception("looking after the orders failed")

    def _ping(self) -> bool:
        """Asks the conductor whether it is there."""
        seconds = float(self.settings.probe_seconds)
        request = Request(
            queue=conductor_queue(self.settings.cell),
            context={**_CONTEXT, "request_id": f"req-{uuid.uuid4()}"},
            message={"method": "ping", "args": {"arg": "are you there"}, "namespace": "baseapi", "version": "1.0"},
            unique_id=uuid.uuid4().hex,
            attributes=self.attributes,
            # an old one is not worth an answer
            monitor_timeout=seconds,
            by_queue=True,
        )
        self.report.count("pings")
        try:
            self.call(request, seconds, host=None, held=False, what="ping")
        except oslo_messaging.MessagingException:
            return False
        except Exception:
            # whoever fails to answer a ping is there
            return True
        return True

    def _ask_placement(self, message: Mapping[str, Any]) -> Any:
        """Carries what the compute asks of Placement: held as its own calls are, for a build ends by its failure."""
        return self._ask(message, held=True)

    def _ask(self, message: Mapping[str, Any], held: bool = False) -> Any:
        """Asks the conductor something for the driver itself."""
        request = Request(
            queue=conductor_queue(self.settings.cell),
            context={**_CONTEXT, "request_id": f"req-{uuid.uuid4()}"},
            message=message,
            unique_id=uuid.uuid4().hex,
            attributes=self.attributes,
        )
        return self.call(request, _ASKED, host=None, held=held, what=str(message["method"]))

    def _report_guests(self, function: str) -> None:
        try:
            message = guest_report(self.settings.host, guests_of(function, self.report))
        except LookupError:
            return
        request = Request(
            queue=conductor_queue(self.settings.cell),
            context={**_CONTEXT, "request_id": f"req-{uuid.uuid4()}"},
            message=message,
            unique_id=uuid.uuid4().hex,
            attributes=self.attributes,
        )
        try:
            self.cast(request, time.monotonic() + max(60, self.settings.hold_seconds))
        except oslo_messaging.MessageDeliveryFailure as error:
            self.report.complain("guest_list", f"the guests of this host are not reported: {error}", logging.ERROR)
