"""Who may order this host: the conductor says, by its records and the principals that it knows."""

from __future__ import annotations

import threading
import time
from typing import Any, Callable, Mapping

#: Namespace and version of what the conductor answers to this driver.
NAMESPACE = "hostapi"
VERSION = "1.1"

#: Seconds for which the hosts of a principal are remembered, as the conductor remembers them.
_REMEMBERED = 60.0

#: Principals that are remembered; at more all are asked for again.
_MOST_REMEMBERED = 1000

#: Questions at a time: a host that floods another one with orders costs no more than this.
_AT_ONCE = 8


def start(work: Callable[[], None]) -> None:
    """Does some work that asks, in a thread of its own: whoever reads a queue cannot wait for an answer from it."""
    threading.Thread(target=work, name="sqs-judging", daemon=True).start()


class Judging:
    """Asks the conductor about other hosts. An order of another host is rare: some for each server that moves.

    :param host: the name of this host
    :param ask: calls a method of the conductor with arguments; raises what a call raises
    """

    def __init__(self, host: str, ask: Callable[[Mapping[str, Any]], Any]) -> None:
        self._host = host
        self._ask = ask
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}

    def begin(self, work: Callable[[], None]) -> bool:
        """Does some work that asks, in a thread of its own; answers false when there is no room for it now."""
        if not self._room.acquire(blocking=False):
            return False

        def run() -> None:
            try:
                work()
            finally:
                self._room.release()

        start(run)
        return True

    def may_order(self, sender: str, method: str, instance: str | None) -> bool:
        """Whether a principal may order this host, for a server (its uuid; None for an order that names none).

        :raises oslo_messaging.MessagingException: when the conductor does not answer
        """
        args = {"sender": sender, "method": method, "instance_uuid": instance}
        return self._call("may_order", args) is True

    def hosts_of(self, sender: str) -> tuple[str, ...]:
        """The hosts for which a principal speaks.

        :raises oslo_messaging.MessagingException: when the conductor does not answer
        """
        with self._lock:
            until, hosts = self._known.get(sender, (0.0, ()))
        if until > time.monotonic():
            return hosts
        found = self._call("hosts_of_sender", {"sender": sender})
        hosts = tuple(str(each) for each in found) if isinstance(found, list) else ()
        with self._lock:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[sender] = (time.monotonic() + _REMEMBERED, hosts)
        return hosts

    def _call(self, method: str, args: Mapping[str, Any]) -> Any:
        message = {"method": method, "args": {"host": self._host, **args}, "namespace": NAMESPACE, "version": VERSION}
        return self._ask(message)
