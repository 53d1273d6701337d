"""The deployment's queues: what one request to SQS does."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from oslo_messaging_sqs.clients import Clients
from oslo_messaging_sqs.options import Settings
from oslo_messaging_sqs.payloads import Payloads
from oslo_messaging_sqs.policies import reply_queue_policy
from oslo_messaging_sqs.report import Report
from oslo_messaging_sqs.trouble import NotSqs, is_gone

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import MessageTypeDef

#: The account of emulators.
_EMULATED = "000000000000"

#: Messages of one batch.
_BATCH = 10

#: An attribute's type counts with its name and value.
_TYPE = "String"

#: Seconds for which an answer waits for a process that hangs.
_REPLY_RETENTION = 86_400


@dataclass(frozen=True)
class Received:
    """A message as SQS delivered it."""

    body: str
    attributes: Mapping[str, str]
    #: who sent it, as SQS says
    sender_id: str | None
    receipt: str
    message_id: str


class NotOpen(Exception):
    """The account of the queues is not known yet: no reply queue could be made."""


class Queues:
    """Sends, receives and deletes; names come without the deployment's prefix, errors are those of botocore."""

    def __init__(self, settings: Settings, clients: Clients, report: Report) -> None:
        self._settings = settings
        self._clients = clients
        self._report = report
        self._lock = threading.Lock()
        self._base: str | None = None
        self.payloads = Payloads(clients, settings.deployment, self._bucket)
        account = settings.account or (_EMULATED if settings.emulator else None)
        if account is not None:
            endpoint = settings.endpoint or clients.sender.meta.endpoint_url
            self._base = f"{endpoint.rstrip('/')}/{account}/"

    def create(self, queue: str) -> None:
        """Makes a reply queue; one that is there with the same attributes stays."""
        attributes: dict[QueueAttributeNameType, str] = {"MessageRetentionPeriod": str(_REPLY_RETENTION)}
        if not self._settings.emulator:
            attributes["Policy"] = reply_queue_policy(self.principal, self._settings)
        answer = self._clients.sender.create_queue(QueueName=self._name(queue), Attributes=attributes)
        _must_be_of_sqs(answer)
        with self._lock:
            if self._base is None:
                self._base = answer["QueueUrl"].rsplit("/", 1)[0] + "/"

    def remove(self, queue: str) -> None:
        """Deletes a queue; one that is gone counts as deleted."""
        try:
            self._clients.sender.delete_queue(QueueUrl=self._url(queue))
        except self._clients.sender.exceptions.ClientError as error:
            if not is_gone(error):
                raise

    def send(self, queue: str, body: str, attributes: Mapping[str, str]) -> None:
        """Sends a message; one that is too long for a queue leaves as a pointer to an object."""
        url = self._url(queue)
        if _size(body, attributes) > self._settings.max_message_bytes:
            body, pointer = self.payloads.store(queue, body)
            attributes = {**attributes, **pointer}
            self._report.count("payloads_stored")
        answer = self._clients.sender.send_message(
            QueueUrl=url,
            MessageBody=body,
            MessageAttributes={name: {"DataType": _TYPE, "StringValue": value} for name, value in attributes.items()},
        )
        _must_be_of_sqs(answer)

    def receive(self, queue: str, most: int, visibility: int) -> list[Received]:
        """Waits for messages by one long poll."""
        answer = self._clients.reader.receive_message(
            QueueUrl=self._url(queue),
            MaxNumberOfMessages=min(_BATCH, most),
            WaitTimeSeconds=self._settings.poll_seconds,
            VisibilityTimeout=visibility,
            MessageSystemAttributeNames=["SenderId"],
            MessageAttributeNames=["All"],
        )
        _must_be_of_sqs(answer)
        return [_received(message) for message in answer.get("Messages", [])]

    def delete(self, queue: str, receipts: Sequence[str]) -> None:
        """Deletes messages; a receipt that has run out is left, its message comes again."""
        for entries in _batches(receipts):
            answer = self._clients.sender.delete_message_batch(
                QueueUrl=self._url(queue),
                Entries=[{"Id": str(at), "ReceiptHandle": receipt} for at, receipt in enumerate(entries)],
            )
            if answer.get("Failed"):
                self._report.count("deletes_refused", len(answer["Failed"]))

    def hide(self, queue: str, receipts: Sequence[str], seconds: int) -> None:
        """Keeps messages from coming again for so many seconds from now; 0 puts them back."""
        for entries in _batches(receipts):
            self._clients.sender.change_message_visibility_batch(
                QueueUrl=self._url(queue),
                Entries=[
                    {"Id": str(at), "ReceiptHandle": receipt, "VisibilityTimeout": seconds}
                    for at, receipt in enumerate(entries)
                ],
            )

    @property
    def principal(self) -> str:
        """Who this host is, by which its reply queues are named."""
        return self._clients.principal

    @property
    def region(self) -> str:
        """Where the queues are."""
        return self._clients.region

    def full_name(self, queue: str) -> str:
        """A queue's name with the deployment's prefix, as operators see it."""
        return self._name(queue)

    def _name(self, queue: str) -> str:
        return f"{self._settings.deployment}-{queue}"

    def _url(self, queue: str) -> str:
        with self._lock:
            if self._base is None:
                raise NotOpen
            return self._base + self._name(queue)

    def _bucket(self) -> str:
        account = self._url("").rstrip("/").rsplit("/", 2)[-2]
        return self._settings.message_bucket or f"{self._settings.deployment}-messages-{account}"


def _must_be_of_sqs(answer: Mapping[str, Any]) -> None:
    """Looks at the kind of an answer: a page for people is read as an empty answer.

    :raises NotSqs: when it is neither JSON nor XML
    """
    kind = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("content-type", "")
    if "json" not in kind and "xml" not in kind.replace("xhtml", ""):
        raise NotSqs(kind)


def _size(body: str, attributes: Mapping[str, str]) -> int:
    return len(body.encode()) + sum(
        len(name.encode()) + len(_TYPE) + len(value.encode()) for name, value in attributes.items()
    )


def _batches(receipts: Sequence[str]) -> list[Sequence[str]]:
    return [receipts[at : at + _BATCH] for at in range(0, len(receipts), _BATCH)]


def _received(message: MessageTypeDef) -> Received:
    attributes: dict[str, str] = {
        name: value["StringValue"]
        for name, value in message.get("MessageAttributes", {}).items()
        if "StringValue" in value
    }
    return Received(
        body=message.get("Body", ""),
        attributes=attributes,
        sender_id=message.get("Attributes", {}).get("SenderId"),
        receipt=message.get("ReceiptHandle", ""),
        message_id=message.get("MessageId", ""),
    )
