"""Ways by which a call reaches the conductor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from oslo_messaging_sqs.calls import Patience, Waiting
from oslo_messaging_sqs.delivery import Delivery
from oslo_messaging_sqs.envelope import ReplyAddress, pack_request
from oslo_messaging_sqs.replies import Replies


@dataclass(frozen=True)
class Request:
    """What is to be sent; the same ids every time that it is tried."""

    queue: str
    context: Mapping[str, Any]
    message: Mapping[str, Any]
    unique_id: str
    attributes: Mapping[str, str]
    monitor_timeout: float | None = None
    retry: int | None = None
    #: what a person does when the queue is not there; None for the conductor's queues
    remedy: str | None = None
    #: whether it is to report the queue itself, so that no other way will do
    by_queue: bool = False


class Route:
    """One way for calls: it hands a request over and sees to it that the answer comes to ``waiting``.

    A direct way puts the answer of its response there before it returns; a queue's comes later.
    """

    def call(self, request: Request, waiting: Waiting, patience: Patience) -> None:
        """Hands a call over.

        :raises oslo_messaging.MessageDeliveryFailure: when that could not be done within the patience
        """
        raise NotImplementedError


class QueueRoute(Route):
    """Requests to the receiver's queue, answers on the reply queue of this process."""

    def __init__(self, delivery: Delivery, replies: Replies) -> None:
        self._delivery = delivery
        self._replies = replies

    def call(self, request: Request, waiting: Waiting, patience: Patience) -> None:
        """Sends the request, with the reply queue in it."""
        reply_queue = self.open(patience.send_until, request.retry)
        reply = ReplyAddress(reply_queue, waiting.message_id, request.monitor_timeout)
        self._send(request, reply, patience.send_until)

    def cast(self, request: Request, deadline: float) -> None:
        """Sends a request that nobody answers.

        :raises oslo_messaging.MessageDeliveryFailure: when that could not be done in time
        """
        self.open(deadline, request.retry)
        self._send(request, None, deadline)

    def open(self, deadline: float, retry: int | None = None) -> str:
        """The reply queue, whose address has the account as well.

        :raises oslo_messaging.MessageDeliveryFailure: when it could not be made in time
        """
        name = self._replies.name
        if name is not None:
            return name
        return self._delivery.persist(self._replies.open, "sqs:CreateQueue", "reply_*", deadline, retry)

    def _send(self, request: Request, reply: ReplyAddress | None, deadline: float) -> None:
        body = pack_request(request.context, request.message, request.unique_id, reply)
        self._delivery.send(request.queue, body, request.attributes, deadline, request.retry, request.remedy)
