"""The driver: what oslo.messaging asks of one, in terms of queues."""

from __future__ import annotations

import os
import threading
import time
import uuid
import weakref
from typing import Any, Mapping

import oslo_messaging
from oslo_config import cfg
from oslo_messaging._drivers import base

from oslo_messaging_sqs.engine import Engine
from oslo_messaging_sqs.names import COMPUTE_TASK, conductor_queue, host_queue
from oslo_messaging_sqs.options import settings
from oslo_messaging_sqs.orders import TOPIC, TOPIC_ATTRIBUTE, OrderListener
from oslo_messaging_sqs.peers import PEER_METHODS
from oslo_messaging_sqs.routes import Request

#: Topics that computes listen on; the second is served while a compute shuts down.
_HOST_TOPICS = (TOPIC, "compute-alt")

_CONDUCTOR = "conductor"

#: The namespace of what becomes a workflow.
_TASK_NAMESPACE = "compute_task"

#: Seconds for which a cast to another host is tried.
_CAST_TRIED = 60.0

#: All drivers of this process, for its children.
_drivers: weakref.WeakSet[SQSDriver] = weakref.WeakSet()


class SQSDriver(base.BaseDriver):
    """The driver ``sqs`` of oslo.messaging.

    It raises no TransportDriverError: clients of 14.9 and servers up to 18.3 fail in reporting one.
    """

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        url: oslo_messaging.TransportURL,
        default_exchange: str | None = None,
        allowed_remote_exmods: list[str] | None = None,
    ) -> None:
        super().__init__(conf, url, default_exchange, allowed_remote_exmods)
        self._settings = settings(conf, url)
        self.prefetch_size = self._settings.prefetch
        self.forget_engine()
        self._engine: Engine | None = Engine(self._settings, self._allowed_remote_exmods)
        _drivers.add(self)

    def require_features(self, requeue: bool = True) -> None:
        """Messages may be put back."""

    def send(
        self,
        target: oslo_messaging.Target,
        ctxt: Mapping[str, Any],
        message: dict[str, Any],
        wait_for_reply: bool | None = None,
        timeout: float | None = None,
        call_monitor_timeout: float | None = None,
        retry: int | None = None,
        transport_options: Any | None = None,  # noqa: ARG002
    ) -> Any:
        """Sends a call or a cast.

        :raises oslo_messaging.MessagingTimeout: when no answer came in time
        :raises oslo_messaging.MessageDeliveryFailure: when a cast could not be sent
        :raises oslo_messaging.InvalidTarget: for a target that has no queue
        """
        engine = self._own_engine()
        if target.fanout:
            # whoever reads a host's queue is alone there, and schedulers ask the conductor's records
            engine.report.count("fanouts_dropped")
            return None
        queue, conductor, attributes, remedy = self._way(engine, target, message)
        request = Request(
            queue=queue,
            context=ctxt,
            message=message,
            unique_id=uuid.uuid4().hex,
            attributes=attributes,
            monitor_timeout=call_monitor_timeout,
            retry=retry,
            remedy=remedy,
        )
        if target.server == self._settings.host and not conductor:
            engine.orders.note_own(request.unique_id)
        if wait_for_reply:
            # a service that starts asks whether the conductor is there, and means now
            held = conductor and message.get("method") != "ping"
            return self._call(engine, request, timeout, None if conductor else target.server, held)
        tried = max(_CAST_TRIED, self._settings.hold_seconds) if conductor else _CAST_TRIED
        engine.report.count("casts")
        engine.cast(request, time.monotonic() + tried)
        return None

    def send_notification(
        self,
        target: oslo_messaging.Target,
        ctxt: Mapping[str, Any],  # noqa: ARG002
        message: dict[str, Any],
        version: float,  # noqa: ARG002
        retry: int | None = None,  # noqa: ARG002
    ) -> None:
        """Publishes a notification, or drops it where they are off."""
        self._own_engine().notifications.publish(target.topic, message)

    def listen(self, target: oslo_messaging.Target, batch_size: int, batch_timeout: float | None) -> OrderListener:
        """Listens on the queue of this host.

        :raises oslo_messaging.InvalidTarget: for a topic or a host that is not ours
        """
        if target.topic not in _HOST_TOPICS:
            text = f"topic {target.topic}: only computes listen over sqs, on {' and '.join(_HOST_TOPICS)}"
            raise oslo_messaging.InvalidTarget(text, target)
        if target.server != self._settings.host:
            text = f"server {target.server} is not this host: set host in [oslo_messaging_sqs] to it"
            raise oslo_messaging.InvalidTarget(text, target)
        engine = self._own_engine()
        engine.listening()
        return OrderListener(engine.orders, target.topic, batch_size, batch_timeout)

    def listen_for_notifications(
        self,
        targets_and_priorities: list[tuple[oslo_messaging.Target, str]],
        pool: str | None,
        batch_size: int,
        batch_timeout: float | None,
    ) -> base.Listener:
        """Nobody listens for notifications here: they are events of an event bus."""
        raise NotImplementedError("notifications are events of EventBridge: make a rule of its event bus")

    def cleanup(self) -> None:
        """Ends the threads, and deletes the reply queue."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None and engine.pid == os.getpid():
            engine.close()

    def forget_engine(self) -> None:
        """A process that was forked has neither the threads nor the connections of its parent."""
        self._lock = threading.Lock()
        self._engine = None

    def _own_engine(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = Engine(self._settings, self._allowed_remote_exmods)
            return self._engine

    def _call(self, engine: Engine, request: Request, timeout: float | None, host: str | None, held: bool) -> Any:
        engine.report.count("calls")
        try:
            what = f"{request.message.get('method')} to {request.queue}"
            return engine.call(request, timeout, host, held, what)
        except oslo_messaging.MessagingTimeout:
            engine.report.count("calls_timed_out")
            raise

    def _way(
        self, engine: Engine, target: oslo_messaging.Target, message: Mapping[str, Any]
    ) -> tuple[str, bool, Mapping[str, str], str | None]:
        """Queue, whether the conductor reads it, attributes, and what to do when it is not there."""
        if target.topic == _CONDUCTOR:
            if message.get("namespace") == _TASK_NAMESPACE:
                return COMPUTE_TASK, True, engine.attributes, None
            return conductor_queue(self._settings.cell), True, engine.attributes, None
        if target.topic not in _HOST_TOPICS or not target.server:
            raise oslo_messaging.InvalidTarget("it has no queue in a deployment", target)
        method = message.get("method")
        if target.server != self._settings.host and method not in PEER_METHODS:
            raise oslo_messaging.InvalidTarget(f"{method}: computes do not send it to each other", target)
        topic = {} if target.topic == TOPIC else {TOPIC_ATTRIBUTE: target.topic}
        remedy = f"is host {target.server} in cell {self._settings.cell}? conductor host list"
        return host_queue(self._settings.cell, target.server), False, {**engine.attributes, **topic}, remedy


def _forget_engines() -> None:
    for driver in list(_drivers):
        driver.forget_engine()


os.register_at_fork(after_in_child=_forget_engines)
