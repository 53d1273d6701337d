"""One order on its way through the RPC server."""

from __future__ import annotations

from typing import Any, Callable

from oslo_messaging._drivers import base
from oslo_messaging._drivers import common as oslo_common
from oslo_messaging.rpc import dispatcher

from oslo_messaging_sqs.answering import Answering
from oslo_messaging_sqs.envelope import Order, pack_answer

#: What the dispatcher raises for an order that this release does not know.
_NEWER = (dispatcher.NoSuchMethod, dispatcher.UnsupportedVersion)


class IncomingOrder(base.RpcIncomingMessage):
    """An order; it is deleted from its queue when a worker begins it, which is when the server acknowledges it."""

    def __init__(
        self, order: Order, answering: Answering, begin: Callable[[], None], put_back: Callable[[], None]
    ) -> None:
        super().__init__(order.context, order.message, order.message_id)
        self.client_timeout = order.client_timeout
        self.unique_id = order.unique_id
        self._order = order
        self._answering = answering
        self._begin = begin
        self._put_back = put_back

    def acknowledge(self) -> None:
        """A worker begins with it."""
        self._begin()

    def requeue(self) -> None:
        """Puts it back for whoever reads the queue next."""
        self._put_back()

    def reply(self, reply: Any = None, failure: Any | None = None) -> None:
        """Answers the caller, where there is one."""
        if failure is not None and isinstance(failure[1], _NEWER):
            self._answering.newer(self._order, str(failure[1]))
        if self._order.reply_queue is None or self._order.message_id is None:
            return
        text = None if failure is None else oslo_common.serialize_remote_exception(failure)
        body = pack_answer(self._order.message_id, reply, text)
        self._answering.answer(self._order.reply_queue, body)

    def heartbeat(self) -> None:
        """Reports to the caller that it is being worked on."""
        if self._order.reply_queue is None or self._order.message_id is None:
            return
        body = pack_answer(self._order.message_id, None, None, ending=False)
        self._answering.sign_of_work(self._order.reply_queue, body)
