"""The boto3 clients of one process, under the host's own identity."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from oslo_messaging_sqs.options import FORM, Settings, WrongTransportURL

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

#: Connections of one client: as many threads as nova-compute has workers may send at a time.
CONNECTIONS = 64


class Clients:
    """Makes clients when they are first needed; making one is not thread-safe, using one is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        made_up = "local" if settings.emulator else None
        self._session = boto3.session.Session(
            region_name=settings.region, aws_access_key_id=made_up, aws_secret_access_key=made_up
        )
        path = f"{settings.deployment}/{settings.cell}"
        self.region: str = self._session.region_name or ""
        if not self.region:
            raise WrongTransportURL(path, f"no AWS region: {FORM}, or set AWS_REGION")
        if not re.fullmatch(r"[A-Za-z0-9-]+", self.region):
            raise WrongTransportURL(path, f"region is {self.region!r}: write its code, for instance eu-west-1")
        self._sender: SQSClient | None = None
        self._reader: SQSClient | None = None
        self._s3: S3Client | None = None
        self._events: EventBridgeClient | None = None
        self._principal = settings.principal

    @property
    def principal(self) -> str:
        """Who this host is: as the configuration says, or as SQS will name it.

        :raises botocore.exceptions.ClientError: and its like, when STS cannot be asked
        """
        with self._lock:
            if self._principal is None:
                config = _config(read_timeout=10, attempts=3)
                sts = self._session.client("sts", endpoint_url=self._settings.sts_endpoint, config=config)
                self._principal = sts.get_caller_identity()["UserId"]
            return self._principal

    @property
    def credentials(self) -> Credentials | None:
        """This host's own, as they are now; None where it has none."""
        with self._lock:
            return self._session.get_credentials()

    @property
    def sender(self) -> SQSClient:
        """For requests that are answered at once."""
        with self._lock:
            if self._sender is None:
                self._sender = self._session.client(
                    "sqs", endpoint_url=self._settings.endpoint, config=_config(read_timeout=10, attempts=3)
                )
            return self._sender

    @property
    def reader(self) -> SQSClient:
        """For long polls, which have connections of their own."""
        with self._lock:
            if self._reader is None:
                timeout = self._settings.poll_seconds + 10
                self._reader = self._session.client(
                    "sqs", endpoint_url=self._settings.endpoint, config=_config(read_timeout=timeout, attempts=1)
                )
            return self._reader

    @property
    def s3(self) -> S3Client:
        """For payloads."""
        with self._lock:
            if self._s3 is None:
                path_style: dict[str, Any] = {"s3": {"addressing_style": "path"}} if self._settings.emulator else {}
                config = _config(read_timeout=30, attempts=3, **path_style)
                self._s3 = self._session.client("s3", endpoint_url=self._settings.s3_endpoint, config=config)
            return self._s3

    @property
    def events(self) -> EventBridgeClient:
        """For notifications."""
        with self._lock:
            if self._events is None:
                config = _config(read_timeout=5, attempts=2)
                endpoint = self._settings.events_endpoint
                self._events = self._session.client("events", endpoint_url=endpoint, config=config)
            return self._events


def _config(read_timeout: float, attempts: int, **more: Any) -> Config:
    return Config(
        connect_timeout=5,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=CONNECTIONS,
        tcp_keepalive=True,
        user_agent_extra="oslo-messaging-sqs",
        **more,
    )
