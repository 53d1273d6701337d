"""Notifications as events of EventBridge."""

from __future__ import annotations

import logging
from typing import Any, Mapping

from botocore.exceptions import BotoCoreError, ClientError
from oslo_serialization import jsonutils

from oslo_messaging_sqs.clients import Clients
from oslo_messaging_sqs.options import Settings
from oslo_messaging_sqs.report import Report
from oslo_messaging_sqs.trouble import Place, trouble

#: Bytes of one entry, less what its other fields take.
_MOST_BYTES = 255 * 1024

#: What rules of the bus match on beside the event type, as with the conductor's own notifications.
_VERSIONED = "nova.compute.versioned"
_UNVERSIONED = "nova.compute"


class Notifications:
    """Publishes notifications, or drops them where that is switched off; a compute never waits or fails for one."""

    def __init__(self, settings: Settings, clients: Clients, report: Report) -> None:
        self._settings = settings
        self._clients = clients
        self._report = report

    def publish(self, topic: str, message: Mapping[str, Any]) -> None:
        """Publishes one notification.

        :param topic: ``<topic>.<priority>``
        :param message: event_type, payload, publisher_id, message_id, priority and timestamp
        """
        if self._settings.notifications == "off":
            self._report.count("notifications_off")
            return
        detail = str(jsonutils.dumps(message))
        if len(detail.encode()) > _MOST_BYTES:
            self._lost(
                "notifications_too_large", f"{message.get('event_type')} is too large for an event and was dropped"
            )
            return
        place = Place("events:PutEvents", self._settings.event_bus, self._clients.region, "make the event bus")
        try:
            answer = self._clients.events.put_events(
                Entries=[
                    {
                        "EventBusName": self._settings.event_bus,
                        "Source": _VERSIONED if topic.startswith("versioned_notifications") else _UNVERSIONED,
                        "DetailType": str(message.get("event_type", "unknown")),
                        "Detail": detail,
                    }
                ]
            )
        except (BotoCoreError, ClientError, OSError) as error:
            self._lost("notifications_lost", f"{trouble(error, place).advice}; notifications are dropped meanwhile")
            return
        entry = (answer.get("Entries") or [{}])[0]
        if entry.get("ErrorCode"):
            text = f"a notification was not taken: {entry.get('ErrorCode')} {entry.get('ErrorMessage', '')}"
            self._lost("notifications_lost", text)
            return
        self._report.count("notifications_sent")
        self._report.settle("notifications_lost", "notifications are taken again")

    def _lost(self, kind: str, text: str) -> None:
        self._report.count(kind)
        self._report.complain(kind, text, logging.WARNING)
