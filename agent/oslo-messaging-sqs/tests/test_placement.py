"""Placement on the loopback of a host."""

from __future__ import annotations

import http.client
import json
import logging
import pathlib
import socket
import threading
from typing import Any, Iterator

import pytest

from conductor import Conductor, Failure
from conftest import Compute, Join, eventually
from function_url import FunctionUrlServer

_RECORDED = pathlib.Path(__file__).resolve().parents[3] / "test" / "fixtures" / "recorded" / "http"

RECORDED = [
    json.loads(line) for file in sorted(_RECORDED.glob("placement*.jsonl")) for line in file.read_text().splitlines()
]


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def hold_seconds() -> int:
    return 60


@pytest.fixture
def compute(conductor: Conductor, join: Join, port: int, hold_seconds: int) -> Compute:
    return began(conductor, join(placement_port=port, hold_seconds=hold_seconds))


def began(conductor: Conductor, compute: Compute) -> Compute:
    """The port is opened when the transport is first used."""
    conductor.resume()
    compute.client("conductor").call({}, "ping", arg=1)
    return compute


class Asking:
    """A client of the port, with one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def __call__(self, method: str, path: str, body: Any = None, version: str | None = None, **headers: str) -> Any:
        given = {**headers, **({"OpenStack-API-Version": f"placement {version}"} if version else {})}
        text = None if body is None else body if isinstance(body, str) else json.dumps(body)
        self._connection.request(method, path, text, given)
        answer = self._connection.getresponse()
        read = answer.read()
        return answer.status, dict(answer.getheaders()), json.loads(read) if read else None

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def ask(compute: Compute, port: int) -> Iterator[Asking]:
    assert compute.host == "host1"
    asking = Asking(port)
    yield asking
    asking.close()


def test_a_request_is_carried_as_it_is_in_the_name_of_the_host(conductor: Conductor, ask: Asking) -> None:
    carried: list[dict] = []

    def placement(args: dict) -> dict:
        carried.append(args)
        headers = {"openstack-api-version": "placement 1.36"}
        return {"status": 200, "headers": headers, "body": {"generation": 1}}

    conductor.methods["placement"] = placement

    status, headers, body = ask("PUT", "/traits/CUSTOM_A?x=1", {"a": [1]}, "1.36")

    assert carried == [
        {"method": "PUT", "path": "/traits/CUSTOM_A?x=1", "version": "placement 1.36", "body": {"a": [1]}}
    ]
    assert (status, headers["openstack-api-version"], body) == (200, "placement 1.36", {"generation": 1})
    assert conductor.attributes[-1]["sender"] == "host:host1"
    sent = conductor.received[-1]
    assert (sent["namespace"], sent["version"]) == ("hostapi", "1.2")


def test_an_answer_without_a_body_leaves_the_connection_to_the_next(conductor: Conductor, ask: Asking) -> None:
    answers = iter([{"status": 204, "headers": {}}, {"status": 201, "headers": {"location": "/traits/X"}}])
    conductor.methods["placement"] = lambda _: next(answers)

    first, second = ask("DELETE", "/allocations/x"), ask("PUT", "/traits/X")

    assert (first[0], first[2]) == (204, None)
    assert (second[0], second[1]["location"], second[2]) == (201, "/traits/X", None)


def test_every_recorded_exchange_passes_unchanged(conductor: Conductor, ask: Asking) -> None:
    asked: list[dict] = []
    answers = iter(RECORDED)

    def placement(args: dict) -> dict:
        asked.append(args)
        recorded = next(answers)
        told = {} if recorded["response"] is None else {"body": recorded["response"]}
        return {"status": recorded["status"], "headers": {}, **told}

    conductor.methods["placement"] = placement

    got = [ask(each["method"], each["path"], each["body"], each["microversion"]) for each in RECORDED]

    assert [(status, body) for status, _, body in got] == [(each["status"], each["response"]) for each in RECORDED]
    assert [(each["method"], each["path"], each["body"]) for each in asked] == [
        (each["method"], each["path"], each["body"]) for each in RECORDED
    ]
    assert len(RECORDED) > 90


def test_a_request_is_held_while_the_conductor_is_away_and_answered_when_it_is_back(
    conductor: Conductor, compute: Compute, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oslo_messaging_sqs.engine._ASKED", 1.0)
    monkeypatch.setattr("oslo_messaging_sqs.availability._FRESH", 0.5)
    conductor.methods["placement"] = lambda _: {"status": 200, "headers": {}, "body": {}}
    conductor.pause()
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(ask("GET", "/allocations/x")[0]))
    thread.start()
    eventually(lambda: statuses or compute.counters.get("calls_held_looks"))

    conductor.resume()
    thread.join(60)

    assert statuses == [200]


@pytest.mark.parametrize("hold_seconds", [0])
def test_a_conductor_that_is_away_is_503_and_one_line(
    conductor: Conductor, ask: Asking, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("oslo_messaging_sqs.engine._ASKED", 1.0)
    conductor.methods["placement"] = lambda _: {"status": 200, "headers": {}, "body": {}}
    caplog.set_level(logging.INFO, "oslo_messaging_sqs")
    conductor.pause()

    away = [ask("GET", "/traits")[0] for _ in range(2)]
    conductor.resume()
    back = ask("GET", "/traits")[0]

    assert (away, back) == ([503, 503], 200)
    lines = [line for line in caplog.messages if line.startswith("placement")]
    assert lines[0] == "placement is not reached (MessagingTimeout): nothing to do if the conductor is away"
    assert lines[1].startswith("placement answers again")
    assert len(lines) == 2


def test_a_conductor_that_fails_is_503_with_the_failure_in_the_log(
    conductor: Conductor, ask: Asking, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: dict) -> None:
        raise Failure("builtins", "ValueError", "no such value")

    conductor.methods["placement"] = fail

    status, _, body = ask("GET", "/traits")

    assert status == 503
    assert body["errors"][0]["detail"] == "the deployment's placement failed"
    assert any("no such value" in line for line in caplog.messages)


def test_a_refusal_is_handed_on_and_told_once(
    conductor: Conductor, ask: Asking, caplog: pytest.LogCaptureFixture
) -> None:
    conductor.methods["placement"] = lambda _: {"status": 403, "headers": {}, "body": {"errors": []}}

    answers = [ask("DELETE", "/resource_providers/x")[0] for _ in range(2)]

    assert answers == [403, 403]
    assert caplog.messages == ["DELETE /resource_providers/x is refused: it is another host's"]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, "{", {}),
        (403, None, {"Host": "example.org:8778"}),
        (411, None, {"Content-Length": "many"}),
        (413, None, {"Content-Length": "1000001"}),
    ],
)
def test_bad_input_is_refused_and_carried_nowhere(
    conductor: Conductor, ask: Asking, status: int, body: str | None, headers: dict[str, str]
) -> None:
    before = len(conductor.received)

    answer = ask("PUT", "/traits/CUSTOM_A", body, **headers)

    assert (answer[0], len(conductor.received)) == (status, before)


def test_a_port_that_is_taken_is_told_and_the_host_goes_on(
    conductor: Conductor, join: Join, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()

        began(conductor, join(placement_port=port))

    assert [line for line in caplog.messages if f"127.0.0.1:{port}" in line and "set another placement_port" in line]


def test_the_port_listens_on_the_loopback_alone_and_is_closed_with_the_transport(
    conductor: Conductor, join: Join, port: int
) -> None:
    compute = began(conductor, join(placement_port=port))
    listening = compute.driver._own_engine()._placement._server.server_address

    compute.stop()

    assert listening == ("127.0.0.1", port)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_it_goes_by_the_function_url_where_calls_do(conductor: Conductor, join: Join, port: int) -> None:
    url = FunctionUrlServer(conductor)
    conductor.methods["placement"] = lambda _: {"status": 200, "headers": {}, "body": {"traits": []}}
    asking = Asking(port)
    try:
        began(conductor, join(placement_port=port, direct_url=url.address, direct_seconds=1))

        answer = asking("GET", "/traits")

        assert (answer[0], answer[2]) == (200, {"traits": []})
        assert [request["method"] for request in url.received][-1] == "placement"
        assert [request["method"] for request in conductor.received if request["method"] == "placement"] == []
    finally:
        asking.close()
        url.stop()
