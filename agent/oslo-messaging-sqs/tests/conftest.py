"""The suite runs under native threads, and with TEST_EVENTLET=1 under eventlet, which has to come first."""

from __future__ import annotations

import os

if os.environ.get("TEST_EVENTLET"):
    import eventlet

    eventlet.monkey_patch()

import contextlib
import importlib
import itertools
import time
import warnings
from typing import Any, Callable, Iterator

import oslo_messaging
import pytest
from oslo_config import cfg

from conductor import Conductor
from emulator import Emulator
from proxy import Proxy

EXECUTOR = "eventlet" if os.environ.get("TEST_EVENTLET") else "threading"

_deployments = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With TEST_SHARE=1/3 every third test is run, from the second on: they mostly wait, so shares go side by side."""
    first, shares = os.environ.get("TEST_SHARE", "0/1").split("/")
    items[:] = items[int(first) :: int(shares)]


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    running = Emulator()
    yield running
    running.stop()


@pytest.fixture
def deployment() -> str:
    return f"d{next(_deployments)}"


@pytest.fixture
def conductor(emulator: Emulator, deployment: str) -> Iterator[Conductor]:
    serving = Conductor(emulator.endpoint, deployment)
    yield serving
    serving.stop()


@pytest.fixture
def proxy(emulator: Emulator) -> Iterator[Proxy]:
    standing = Proxy(emulator.endpoint)
    yield standing
    standing.stop()


class Compute:
    """One host: a transport and what is needed to listen and to call."""

    def __init__(self, url: str, host: str, state_path: str | None = None) -> None:
        self.conf = cfg.ConfigOpts()
        self.conf([], default_config_files=[])
        self.conf.register_opts([cfg.StrOpt("host", default=host)])
        self.conf.register_opts([cfg.StrOpt("state_path", default=state_path)])
        _register_global_options(self.conf)
        self.transport = oslo_messaging.get_rpc_transport(self.conf, url, allowed_remote_exmods=["oslo_messaging"])
        self.host = host
        self.driver = self.transport._driver
        self._servers: list[Any] = []

    @property
    def counters(self) -> dict[str, int]:
        return self.driver._own_engine().report.counters

    def client(self, topic: str, **target: Any) -> oslo_messaging.RPCClient:
        return oslo_messaging.get_rpc_client(self.transport, oslo_messaging.Target(topic=topic, **target))

    def serve(self, endpoint: object, topic: str = "compute", workers: int = 4) -> Any:
        target = oslo_messaging.Target(topic=topic, server=self.host)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            policy = oslo_messaging.rpc.dispatcher.DefaultRPCAccessPolicy
            server = oslo_messaging.get_rpc_server(
                self.transport, target, [endpoint], executor=EXECUTOR, access_policy=policy
            )
        server.start(override_pool_size=workers)
        self._servers.append(server)
        return server

    def stop(self) -> None:
        for server in self._servers:
            server.stop()
            server.wait()
        self.transport.cleanup()


def _register_global_options(conf: cfg.ConfigOpts) -> None:
    """What oslo.messaging registers with the global configuration only, and reads from each."""
    for group in ("oslo_messaging_metrics", "oslo_messaging_tracing"):
        with contextlib.suppress(ImportError):
            module = importlib.import_module(f"oslo_messaging._{group.rpartition('_')[2]}.client")
            conf.register_opts(getattr(module, group), group=group)


Join = Callable[..., Compute]


@pytest.fixture
def join(emulator: Emulator, deployment: str) -> Iterator[Join]:
    """Makes hosts; options stand in the URL."""
    computes: list[Compute] = []

    def make(host: str = "host1", endpoint: str | None = None, state_path: Any = None, **options: Any) -> Compute:
        netloc = (endpoint or emulator.endpoint).partition("://")[2]
        given = {"emulator": "true", "poll_seconds": 1, "visibility_timeout": 6, "probe_seconds": 1, **options}
        query = "&".join(f"{name}={value}" for name, value in given.items())
        computes.append(Compute(f"sqs://{netloc}/{deployment}/cell1?{query}", host, state_path and str(state_path)))
        return computes[-1]

    yield make
    for compute in computes:
        compute.stop()


def eventually(holds: Callable[[], object], seconds: float = 60) -> None:
    """Waits until something holds; fails when it does not in time."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to hold"
        time.sleep(0.05)
