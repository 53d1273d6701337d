"""Notifications, through oslo.messaging's own notifier."""

from __future__ import annotations

import http.server
import json
import threading
from typing import Iterator

import oslo_messaging
import pytest

from conftest import Join


class Bus:
    """EventBridge of one operation."""

    def __init__(self) -> None:
        self.entries: list[dict] = []
        self.refusing = False
        bus = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                entry = {"ErrorCode": "InternalFailure", "ErrorMessage": "no"} if bus.refusing else {"EventId": "1"}
                if not bus.refusing:
                    bus.entries.extend(request["Entries"])
                body = json.dumps({"FailedEntryCount": int(bus.refusing), "Entries": [entry]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def bus() -> Iterator[Bus]:
    serving = Bus()
    yield serving
    serving.stop()


def notifier(transport: oslo_messaging.Transport, topic: str) -> oslo_messaging.Notifier:
    return oslo_messaging.Notifier(transport, publisher_id="compute.host1", driver="messagingv2", topics=[topic])


def test_a_notification_is_an_event_with_its_type_and_family(bus: Bus, join: Join) -> None:
    compute = join(notifications="eventbridge", events_endpoint=bus.endpoint, event_bus="nova")

    notifier(compute.transport, "notifications").info({}, "compute.instance.create.end", {"uuid": "u1"})
    notifier(compute.transport, "versioned_notifications").error({}, "instance.create.error", {"uuid": "u2"})

    found = [(entry["Source"], entry["DetailType"], entry["EventBusName"]) for entry in bus.entries]
    assert found == [
        ("nova.compute", "compute.instance.create.end", "nova"),
        ("nova.compute.versioned", "instance.create.error", "nova"),
    ]
    detail = json.loads(bus.entries[0]["Detail"])
    assert detail["payload"] == {"uuid": "u1"}
    assert detail["publisher_id"] == "compute.host1"
    assert detail["priority"] == "INFO"
    assert [name for name in detail if name.startswith("_")] == []


def test_notifications_are_off_unless_they_are_wanted(bus: Bus, join: Join) -> None:
    compute = join(events_endpoint=bus.endpoint)

    notifier(compute.transport, "notifications").info({}, "compute.instance.create.end", {})

    assert bus.entries == []
    assert compute.counters["notifications_off"] == 1


def test_a_notification_that_is_not_taken_costs_the_compute_nothing(
    bus: Bus, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    compute = join(notifications="eventbridge", events_endpoint=bus.endpoint)
    bus.refusing = True

    for _ in range(3):
        notifier(compute.transport, "notifications").info({}, "compute.instance.create.end", {})

    assert compute.counters["notifications_lost"] == 3
    said = [record for record in caplog.records if record.name == "oslo_messaging_sqs"]
    assert len(said) == 1


def test_a_notification_beyond_an_event_is_dropped(bus: Bus, join: Join) -> None:
    compute = join(notifications="eventbridge", events_endpoint=bus.endpoint)

    notifier(compute.transport, "notifications").info({}, "compute.instance.create.end", {"x": "x" * 300_000})

    assert compute.counters["notifications_too_large"] == 1
    assert bus.entries == []
