"""The envelope of oslo.messaging 2.0 around requests and answers, as the RabbitMQ driver writes it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Mapping

from oslo_messaging._drivers import common as oslo_common
from oslo_serialization import jsonutils

_CONTEXT = "_context_"

#: Keys of the envelope that no method sees.
_OWN = ("_msg_id", "_reply_q", "_timeout", "_unique_id")


class Unreadable(Exception):
    """A message that is no envelope."""


class NewerEnvelope(Exception):
    """An envelope of a version that this release does not know."""


@dataclass(frozen=True)
class Order:
    """A request as it came in; a call when it names where the answer goes."""

    context: dict[str, Any]
    message: dict[str, Any]
    unique_id: str
    message_id: str | None
    reply_queue: str | None
    client_timeout: float | None

    @property
    def method(self) -> str:
        return str(self.message.get("method"))


@dataclass(frozen=True)
class Answer:
    """An answer to a call of ours, or with ``ending`` false a sign that it is being worked on."""

    message_id: str
    result: Any
    failure: str | None
    ending: bool


@dataclass(frozen=True)
class ReplyAddress:
    """Where the caller of a call waits."""

    queue: str
    message_id: str
    monitor_timeout: float | None


def pack_request(
    context: Mapping[str, Any], message: Mapping[str, Any], unique_id: str, reply: ReplyAddress | None
) -> str:
    """The text of a request, with its context beside its arguments."""
    packed = dict(message)
    if reply is not None:
        packed.update(_msg_id=reply.message_id, _reply_q=reply.queue, _timeout=reply.monitor_timeout)
    packed["_unique_id"] = unique_id
    packed.update({_CONTEXT + name: value for name, value in context.items()})
    return _wrap(packed)


def pack_answer(message_id: str, result: Any, failure: str | None, ending: bool = True) -> str:
    """The text of an answer; ``failure`` is what oslo serializes an exception to."""
    unique_id = uuid.uuid4().hex
    return _wrap(
        {"result": result, "failure": failure, "ending": ending, "_msg_id": message_id, "_unique_id": unique_id}
    )


def unpack_request(text: str) -> Order:
    """Reads a request.

    :raises Unreadable: with the reason
    :raises NewerEnvelope: for a version of the envelope that is not ours
    """
    message = _unwrap(text)
    if not isinstance(message.get("method"), str):
        raise Unreadable("it names no method")
    if not isinstance(message.get("args", {}), dict):
        raise Unreadable("its args are no map")
    own = {name: message.pop(name, None) for name in _OWN}
    context = {name[len(_CONTEXT) :]: message.pop(name) for name in list(message) if name.startswith(_CONTEXT)}
    return Order(
        context=context,
        message=message,
        unique_id=_text(own["_unique_id"]) or uuid.uuid4().hex,
        message_id=_text(own["_msg_id"]),
        reply_queue=_text(own["_reply_q"]) if own["_msg_id"] else None,
        client_timeout=own["_timeout"] if isinstance(own["_timeout"], (int, float)) else None,
    )


def unpack_answer(text: str) -> Answer:
    """Reads an answer.

    :raises Unreadable: with the reason
    :raises NewerEnvelope: for a version of the envelope that is not ours
    """
    message = _unwrap(text)
    message_id = _text(message.get("_msg_id"))
    if message_id is None or not ("result" in message or "failure" in message):
        raise Unreadable("it is no answer")
    return Answer(message_id, message.get("result"), _text(message.get("failure")), message.get("ending") is not False)


def _wrap(message: Mapping[str, Any]) -> str:
    return str(jsonutils.dumps(oslo_common.serialize_msg(message)))


def _unwrap(text: str) -> dict[str, Any]:
    try:
        outer = jsonutils.loads(text)
        message = oslo_common.deserialize_msg(outer)
    except oslo_common.UnsupportedRpcEnvelopeVersion as error:
        raise NewerEnvelope(str(error)) from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"it is no JSON ({type(error).__name__})") from error
    if not isinstance(message, dict):
        raise Unreadable("it is no JSON object")
    return message


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
