"""What a process does beside its calls: guests at its start, counters, children, the concurrency of nova-compute."""

from __future__ import annotations

import os
import pathlib

import oslo_messaging
import pytest

from conductor import Conductor
from conftest import Join, eventually
from oslo_messaging_sqs.names import reply_queue


class Endpoint:
    """Takes nothing."""

    target = oslo_messaging.Target(version="6.1")


def two_guests() -> list[str]:
    return ["uuid-b", "uuid-a"]


def no_guests() -> list[str]:
    raise RuntimeError("libvirt is away")


def test_the_guests_of_a_host_are_reported_once_when_it_begins_to_listen(conductor: Conductor, join: Join) -> None:
    conductor.make("cell-cell1-host-host1")
    compute = join(guest_list="test_process:two_guests")

    compute.serve(Endpoint())
    compute.serve(Endpoint(), topic="compute-alt")
    eventually(lambda: conductor.received)
    compute.client("conductor").cast({}, "later")
    eventually(lambda: len(conductor.received) == 2)

    report = conductor.received[0]
    assert (report["method"], report["namespace"]) == ("report_guests", "hostapi")
    assert report["args"] == {"host": "host1", "guests": ["uuid-a", "uuid-b"]}


@pytest.mark.parametrize("function", ["test_process:no_guests", "no.such:thing", "nothing"])
def test_a_guest_list_that_fails_is_said_and_nothing_is_reported(
    function: str, conductor: Conductor, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    compute = join(guest_list=function)

    compute.serve(Endpoint())
    eventually(lambda: [line for line in caplog.messages if "guests of this host are not reported" in line])

    assert conductor.received == []


@pytest.mark.skipif(bool(os.environ.get("TEST_EVENTLET")), reason="a child of patched threads cannot wait for itself")
def test_a_child_has_a_reply_queue_of_its_own(conductor: Conductor, join: Join) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    client = join().client("conductor").prepare(timeout=60)
    assert client.call({}, "echo", n=1) == 1

    child = os.fork()
    if child == 0:
        try:
            code = client.call({}, "echo", n=42)
        except Exception:
            code = 1
        os._exit(code)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 42
    assert client.call({}, "echo", n=2) == 2
    assert len({request["_reply_q"] for request in conductor.received}) == 2


def test_the_reply_queue_of_a_process_that_was_killed_goes_with_the_next_one(
    conductor: Conductor, join: Join, tmp_path: pathlib.Path
) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    orphan, another_hosts = reply_queue("host:host1"), reply_queue("host:host2")
    folder = tmp_path / "oslo-messaging-sqs"
    folder.mkdir()
    for pid, queue in (("4194305", orphan), ("4194306", another_hosts)):
        conductor.make(queue)
        (folder / pid).write_text(f"77 {queue}\n")
    compute = join(state_path=tmp_path)

    compute.client("conductor").call({}, "echo", n=1)
    eventually(lambda: orphan not in conductor.queues())

    own = conductor.received[0]["_reply_q"]
    assert {own, another_hosts} <= set(conductor.queues())
    assert sorted(file.name for file in folder.iterdir()) == sorted(["4194306", str(os.getpid())])
    compute.transport.cleanup()
    assert [file.name for file in folder.iterdir()] == ["4194306"]


def test_the_concurrency_is_what_this_run_is_for() -> None:
    from threading import current_thread

    patched = type(current_thread()).__module__ != "threading" or "eventlet" in current_thread.__module__

    assert patched == bool(os.environ.get("TEST_EVENTLET"))
