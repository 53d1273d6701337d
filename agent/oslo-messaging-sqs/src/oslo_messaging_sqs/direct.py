"""Direct calls: the function URL of the cell, with the queue as the second way."""

from __future__ import annotations

import logging
import re
import threading
import time
import zlib
from dataclasses import dataclass
from typing import Callable
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from oslo_messaging_sqs.calls import Patience, Waiting
from oslo_messaging_sqs.clients import CONNECTIONS, Clients
from oslo_messaging_sqs.delivery import AWS_ERRORS, backoff
from oslo_messaging_sqs.envelope import NewerEnvelope, ReplyAddress, Unreadable, pack_request, unpack_answer
from oslo_messaging_sqs.names import conductor_queue
from oslo_messaging_sqs.options import Settings
from oslo_messaging_sqs.peers import SENDER
from oslo_messaging_sqs.report import Report
from oslo_messaging_sqs.routes import QueueRoute, Request, Route

#: What an emulator believes of who speaks; IAM gives it to a function URL by itself.
_SENDER_HEADER = "x-sender"

#: Bytes that an answer has at most once it is unfolded: as many as a function URL answers.
_MOST_BYTES = 6 * 1024 * 1024

#: How zlib is asked to read gzip.
_GZIP = 16 + zlib.MAX_WBITS

#: Troubles in a row after which the URL is left alone for a while, so that no call waits for it in vain.
_PATIENT_FOR = 2


@dataclass(frozen=True)
class Posted:
    """What a function URL answered."""

    status: int
    body: str


class FunctionUrl:
    """Posts to the function URL of the cell in this host's own name."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._url = settings.direct_url or ""
        self._clients = clients
        self._emulator = settings.emulator
        found = re.search(r"\.lambda-url\.([a-z0-9-]+)\.", urlsplit(self._url).hostname or "")
        self._region = found.group(1) if found else clients.region
        self._http = URLLib3Session(
            timeout=settings.direct_seconds,
            max_pool_connections=CONNECTIONS,
            proxies=get_environ_proxies(self._url),
        )

    @property
    def host(self) -> str:
        """Where it is, for log lines."""
        return urlsplit(self._url).netloc

    def post(self, body: str, sender: str | None) -> Posted:
        """Posts an envelope.

        :param sender: who speaks, where an emulator has no principals
        :raises botocore.exceptions.BotoCoreError: when nothing was answered in time, or there are no credentials
        """
        credentials = self._clients.credentials
        if credentials is None:
            raise NoCredentialsError()
        headers = {"Content-Type": "application/json"}
        if self._emulator and sender is not None:
            headers[_SENDER_HEADER] = sender
        request = AWSRequest(method="POST", url=self._url, data=body.encode(), headers=headers)
        SigV4Auth(credentials, "lambda", self._region).add_auth(request)
        # what is no part of the signature may be changed on the way
        request.headers["Accept-Encoding"] = "gzip"
        response = self._http.send(request.prepare())
        packed = response.headers.get("Content-Encoding") == "gzip"
        return Posted(response.status_code, _unfolded(response.content) if packed else response.text or "")


def _unfolded(content: bytes) -> str:
    """The text of a compressed answer; empty where it is not gzip, or longer than an answer can be."""
    reader = zlib.decompressobj(_GZIP)
    try:
        text = reader.decompress(content, _MOST_BYTES)
    except zlib.error:
        return ""
    return text.decode(errors="replace") if reader.eof else ""


class DirectRoute(Route):
    """The function URL first, then the queue: under the same ids, so that nothing is done twice."""

    def __init__(
        self,
        settings: Settings,
        url: FunctionUrl,
        queue: QueueRoute,
        report: Report,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._queue = queue
        self._report = report
        self._clock = clock
        self._conductor = conductor_queue(settings.cell)
        self._seconds = float(settings.direct_seconds)
        self._most = settings.max_message_bytes
        self._lock = threading.Lock()
        self._troubles = 0
        self._not_before = 0.0

    def call(self, request: Request, waiting: Waiting, patience: Patience) -> None:
        """Has the call answered by the response, or hands it to the queue."""
        # workflows are begun by the queue alone, and whoever waits for a short time has none for two ways
        left = None if request.by_queue or request.queue != self._conductor else patience.left()
        if left is not None and left > 2 * self._seconds and self._open():
            # the queue must be there before: answers that are too long for a response lie in it
            reply_queue = self._queue.open(patience.send_until, request.retry)
            reply = ReplyAddress(reply_queue, waiting.message_id, request.monitor_timeout)
            body = pack_request(request.context, request.message, request.unique_id, reply)
            if len(body.encode()) <= self._most and self._served(body, request, waiting):
                self._report.count("direct_calls")
                return
            self._report.count("direct_calls_by_queue")
        self._queue.call(request, waiting, patience)

    def _served(self, body: str, request: Request, waiting: Waiting) -> bool:
        """Whether the call is answered, or its answer is on its way to the reply queue."""
        try:
            posted = self._url.post(body, request.attributes.get(SENDER))
        except AWS_ERRORS as error:
            text = f"{self._url.host} has not answered ({type(error).__name__}): calls go to the queue"
            return self._failed("away", text, logging.WARNING)
        if posted.status in (200, 202, 204):
            return self._taken(posted, waiting)
        return self._failed(*_meaning(posted, self._url.host))

    def _taken(self, posted: Posted, waiting: Waiting) -> bool:
        if posted.status == 200:
            try:
                answer = unpack_answer(posted.body)
            except (Unreadable, NewerEnvelope) as error:
                text = f"what answers at {self._url.host} is no conductor ({error}): check direct_url"
                return self._failed("not_ours", text, logging.ERROR)
            if answer.message_id != waiting.message_id:
                return self._failed("not_ours", f"{self._url.host} answered another call", logging.ERROR)
            waiting.put(answer)
        if posted.status == 204:
            text = f"{self._url.host} answers nobody: set principal as conductor host add prints it"
            self._report.complain("direct", text, logging.ERROR)
            return True
        with self._lock:
            self._troubles = 0
        self._report.settle("direct", "direct calls are answered again")
        return True

    def _failed(self, kind: str, text: str, level: int) -> bool:
        self._report.count(f"direct_{kind}")
        self._report.complain("direct", f"direct call: {text}", level)
        with self._lock:
            self._troubles += 1
            if self._troubles >= _PATIENT_FOR:
                self._not_before = self._clock() + backoff(self._troubles)
        return False

    def _open(self) -> bool:
        with self._lock:
            return self._clock() >= self._not_before


def _meaning(posted: Posted, host: str) -> tuple[str, str, int]:
    """A word for counters, what it means and what to do, and how bad it is."""
    if posted.status == 403:
        rights = "lambda:InvokeFunctionUrl and lambda:InvokeFunction"
        advice = f"{host} refuses this host: allow {rights} as conductor host add prints, and look at the clock"
        return "no_rights", advice, logging.ERROR
    if posted.status == 429:
        return "throttled", f"{host} takes no more at present: calls go to the queue", logging.WARNING
    if posted.status == 400:
        return "refused", f"{host} cannot read it: {posted.body[:200]}", logging.ERROR
    if posted.status == 404:
        return "gone", f"there is no function URL at {host}: take direct_url out, or mend it", logging.ERROR
    return "failed", f"{host} failed ({posted.status}): calls go to the queue", logging.WARNING
