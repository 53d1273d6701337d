"""A conductor for tests: it reads its queue and answers, by the wire's own rules and none of the driver's code."""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
from typing import Any, Callable

import boto3
from botocore.config import Config

#: What a method of the conductor does with its arguments.
Method = Callable[[dict], Any]


class Failure(Exception):
    """Makes the conductor answer with a failure of a class and module."""

    def __init__(self, module: str, name: str, message: str) -> None:
        super().__init__(message)
        self.text = json.dumps(
            {"class": name, "module": module, "message": message, "tb": [], "args": [message], "kwargs": {}}
        )


def client(endpoint: str, service: str = "sqs") -> Any:
    path_style = {"s3": {"addressing_style": "path"}} if service == "s3" else {}
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30, **path_style),
    )


def envelope(message: dict) -> str:
    return json.dumps({"oslo.version": "2.0", "oslo.message": json.dumps(message)})


def opened(body: str) -> dict:
    return json.loads(json.loads(body)["oslo.message"])


class Conductor:
    """Serves the conductor queue of a cell, and orders hosts about."""

    def __init__(self, endpoint: str, deployment: str, cell: str = "cell1") -> None:
        self._sqs = client(endpoint)
        self._s3 = client(endpoint, "s3")
        self.endpoint = endpoint
        self.deployment = self._deployment = deployment
        self._cell = cell
        self.queue = f"cell-{cell}-conductor"
        #: what hosts may order each other: sender, method, uuid of the server
        self.allowed: set[tuple[str, str, str | None]] = set()
        #: hosts of principals
        self.principals: dict[str, list[str]] = {}
        self.methods: dict[str, Method] = {
            "ping": lambda args: args,
            "may_order": lambda args: (args["sender"], args["method"], args["instance_uuid"]) in self.allowed,
            "hosts_of_sender": lambda args: self.principals.get(args["sender"], []),
        }
        self.received: list[dict] = []
        self.attributes: list[dict] = []
        self.answers: dict[str, list[dict]] = {}
        self._answered = threading.Condition()
        self._serving = threading.Event()
        self._ended = threading.Event()
        for queue in (self.queue, "compute-task"):
            self.make(queue)
        self.bucket = f"{deployment}-messages"
        self._s3.create_bucket(Bucket=self.bucket)
        self._serving.set()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(10)

    def pause(self) -> None:
        """It is away: what comes stays in its queue."""
        self._serving.clear()

    def resume(self) -> None:
        self._serving.set()

    def make(self, queue: str) -> str:
        return self._sqs.create_queue(QueueName=f"{self._deployment}-{queue}")["QueueUrl"]

    def url(self, queue: str) -> str:
        return self._sqs.get_queue_url(QueueName=f"{self._deployment}-{queue}")["QueueUrl"]

    def queues(self) -> list[str]:
        urls = self._sqs.list_queues(QueueNamePrefix=f"{self._deployment}-").get("QueueUrls", [])
        return [url.rsplit("/", 1)[1][len(self._deployment) + 1 :] for url in urls]

    def remove(self, queue: str) -> None:
        self._sqs.delete_queue(QueueUrl=self.url(queue))

    def waiting(self, queue: str) -> tuple[int, int]:
        """Visible and invisible messages of a queue."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self.url(queue), AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])

    def take(self, queue: str) -> list[dict]:
        """What lies in a queue that nobody reads."""
        answer = self._sqs.receive_message(QueueUrl=self.url(queue), MaxNumberOfMessages=10, WaitTimeSeconds=2)
        return [opened(message["Body"]) for message in answer.get("Messages", [])]

    def send(self, queue: str, body: str, **attributes: str) -> None:
        self._sqs.send_message(
            QueueUrl=self.url(queue),
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )

    def store(self, queue: str, body: str) -> tuple[str, str]:
        """A pointer to a payload, as the conductor writes it, and the payload's size."""
        key = f"{self._deployment}/{queue}/{uuid.uuid4().hex}"
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=body.encode())
        place = {"s3BucketName": self.bucket, "s3Key": key}
        return json.dumps(["software.amazon.payloadoffloading.PayloadS3Pointer", place]), str(len(body))

    def cast(self, host: str, method: str, unique_id: str | None = None, **args: Any) -> str:
        """An order to a host; answers its unique id."""
        unique_id = unique_id or uuid.uuid4().hex
        message = {"method": method, "args": args, "version": "6.0", "_unique_id": unique_id}
        self.send(f"cell-{self._cell}-host-{host}", envelope({**message, "_context_request_id": "req-1"}))
        return unique_id

    def call(self, host: str, method: str, timeout: float | None = None, **args: Any) -> str:
        """A call to a host; answers the message id under which its answers come."""
        message_id = uuid.uuid4().hex
        message = {"method": method, "args": args, "version": "6.0", "_unique_id": uuid.uuid4().hex}
        reply = {"_msg_id": message_id, "_reply_q": self.queue, "_timeout": timeout}
        self.send(f"cell-{self._cell}-host-{host}", envelope({**message, **reply, "_context_request_id": "req-1"}))
        return message_id

    def wait_for(self, message_id: str, many: int = 1, seconds: float = 60) -> list[dict]:
        """The answers to a call, when there are so many."""
        with self._answered:
            self._answered.wait_for(lambda: len(self.answers.get(message_id, [])) >= many, seconds)
            return list(self.answers.get(message_id, []))

    def reply(self, queue: str, message_id: str, result: Any = None, failure: str | None = None, **more: Any) -> None:
        answer = {"result": result, "failure": failure, "ending": True, "_msg_id": message_id, **more}
        body = envelope({**answer, "_unique_id": uuid.uuid4().hex})
        if len(body) > 1_000_000:
            body, size = self.store(queue, body)
            self.send(queue, body, ExtendedPayloadSize=size)
        else:
            self.send(queue, body)

    def _serve(self) -> None:
        url = self.url(self.queue)
        while not self._ended.is_set():
            if not self._serving.wait(0.2):
                continue
            answer = self._sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]
            )
            for message in answer.get("Messages", []):
                if not self._serving.is_set():
                    self._sqs.change_message_visibility(
                        QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                    )
                    continue
                self._handle(message)
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def _handle(self, message: dict) -> None:
        body = message["Body"]
        if body.startswith("["):
            place = json.loads(body)[1]
            body = self._s3.get_object(Bucket=place["s3BucketName"], Key=place["s3Key"])["Body"].read().decode()
        request = opened(body)
        if "method" not in request:
            with self._answered:
                self.answers.setdefault(request["_msg_id"], []).append(request)
                self._answered.notify_all()
            return
        self.received.append(request)
        self.attributes.append({name: value["StringValue"] for name, value in message["MessageAttributes"].items()})
        method = self.methods.get(request["method"])
        if method is None or "_msg_id" not in request:
            return
        try:
            result, failure = method(request["args"]), None
        except Failure as error:
            result, failure = None, error.text
        # a caller may have ended meanwhile
        with contextlib.suppress(self._sqs.exceptions.QueueDoesNotExist):
            self.reply(request["_reply_q"], request["_msg_id"], result, failure)
