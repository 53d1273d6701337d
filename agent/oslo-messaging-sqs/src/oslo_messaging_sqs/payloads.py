"""Payloads of messages that no queue takes: objects in S3, found by the pointer of the SQS extended client."""

from __future__ import annotations

import hashlib
import json
from typing import Callable, Mapping

from oslo_messaging_sqs.clients import Clients
from oslo_messaging_sqs.envelope import Unreadable

#: The attribute by which a pointer is known; it gives the object's size.
SIZE_ATTRIBUTE = "ExtendedPayloadSize"

#: What is read at most.
MOST_BYTES = 64 * 1024 * 1024

_KIND = "software.amazon.payloadoffloading.PayloadS3Pointer"

#: What older clients write.
_KINDS = (_KIND, "com.amazon.sqs.javamessaging.MessageS3Pointer")


class Payloads:
    """Reads and writes payloads of one deployment; keys are ``<deployment>/<queue>/<digest>``."""

    def __init__(self, clients: Clients, deployment: str, bucket: Callable[[], str]) -> None:
        self._clients = clients
        self._deployment = deployment
        self._bucket = bucket

    def store(self, queue: str, body: str) -> tuple[str, Mapping[str, str]]:
        """Stores a body for a queue; answers the body and the attribute of the message that stands for it."""
        data = body.encode()
        key = f"{self._prefix(queue)}{hashlib.sha256(data).hexdigest()}"
        bucket = self._bucket()
        self._clients.s3.put_object(Bucket=bucket, Key=key, Body=data, ContentType="application/json")
        pointer = json.dumps([_KIND, {"s3BucketName": bucket, "s3Key": key}])
        return pointer, {SIZE_ATTRIBUTE: str(len(data))}

    def load(self, queue: str, body: str, attributes: Mapping[str, str]) -> str:
        """The payload of a message from a queue, wherever it lies; only what lies under the queue's name is read.

        :raises Unreadable: when the pointer is none, leads elsewhere or to too much
        """
        place = _pointer(body, attributes)
        if place is None:
            return body
        bucket, key = place
        if bucket != self._bucket() or not key.startswith(self._prefix(queue)):
            raise Unreadable("its payload lies where this host does not read")
        try:
            answer = self._clients.s3.get_object(Bucket=bucket, Key=key)
        except self._clients.s3.exceptions.NoSuchKey as error:
            raise Unreadable("its payload is gone") from error
        if answer["ContentLength"] > MOST_BYTES:
            answer["Body"].close()
            raise Unreadable(f"its payload of {answer['ContentLength']} bytes is too large")
        return answer["Body"].read().decode()

    def _prefix(self, queue: str) -> str:
        return f"{self._deployment}/{queue}/"


def _pointer(body: str, attributes: Mapping[str, str]) -> tuple[str, str] | None:
    if SIZE_ATTRIBUTE not in attributes and not body.startswith(tuple(f'["{kind}"' for kind in _KINDS)):
        return None
    try:
        kind, place = json.loads(body)
        bucket, key = place["s3BucketName"], place["s3Key"]
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("its body is no pointer") from error
    if kind not in _KINDS or not isinstance(bucket, str) or not isinstance(key, str):
        raise Unreadable("its body is no pointer")
    return bucket, key
