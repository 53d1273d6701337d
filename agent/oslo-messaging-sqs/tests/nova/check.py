"""A stock nova-compute over the driver: check.py RELEASE NOVA_COMPUTE PLACEMENT_PYTHON; what it saw goes to stdout."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from typing import Any, Callable

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[3]
sys.path.insert(0, str(HERE.parent))

from proxy import Proxy  # noqa: E402

#: What fake drivers of the releases take a server with no network.
DRIVERS = {"26": "fake.MediumFakeDriver", "34": "fake.FakeDriverWithoutFakeNodes"}

#: Cells whose lowest compute is older than that are refused, so each release has a cell without fake hosts.
CELL = "stock"
HOST = "stock1"

#: Lines of ERROR that are not the driver's matter: Nova's own line, and why it is there.
EXPECTED = (
    # ConsoleAuthToken 1.3 is not served yet
    re.compile(r"Error during ComputeManager._cleanup_expired_console_auth_tokens: .*ConsoleAuthToken"),
)


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)  # noqa: T201


def wait_for(what: str, holds: Callable[[], Any], seconds: float = 180) -> float:
    """Waits until something holds; answers the seconds that it took."""
    start = time.monotonic()
    while True:
        try:
            if holds():
                break
        except (OSError, subprocess.CalledProcessError, ValueError):
            pass
        if time.monotonic() - start > seconds:
            raise SystemExit(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.5)
    took = time.monotonic() - start
    say(f"{what} ({took:.1f} s)")
    return took


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


class Processes:
    """What this check started, ended by their ids."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, command: list[str], **more: Any) -> subprocess.Popen[bytes]:
        with (self._folder / f"{name}.out").open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True, **more)
        self._running.append(process)
        return process

    def stop(self) -> None:
        for process in reversed(self._running):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


def conductor(*words: str) -> Any:
    """The conductor's own command, against the local world."""
    command = ["npm", "run", "--silent", "conductor", "--", "--profile", "local", "--json", *words]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise ValueError(f"{' '.join(words)}: {done.stderr or done.stdout}")
    return json.loads(done.stdout or "null")


def compute_row() -> dict[str, Any]:
    return next(row for row in conductor("host", "list") if row["host"] == HOST)


def nova_conf(folder: pathlib.Path, release: str, sqs: str, placement: int) -> pathlib.Path:
    file = folder / "nova.conf"
    file.write_text(
        f"""
[DEFAULT]
host = {HOST}
log_file = {folder}/nova.log
use_stderr = false
state_path = {folder}
instances_path = {folder}/instances
compute_driver = {DRIVERS[release.partition(".")[0]]}
transport_url = sqs://{sqs}/nova-conductor/{CELL}?emulator=true
report_interval = 1
service_down_time = 3
heal_instance_info_cache_interval = -1
[oslo_messaging_sqs]
counters_seconds = 20
[oslo_messaging_notifications]
driver = noop
[oslo_concurrency]
lock_path = {folder}/lock
[placement]
auth_type = none
endpoint_override = http://127.0.0.1:{placement}
[neutron]
auth_type = none
endpoint_override = http://127.0.0.1:1
[vnc]
enabled = false
"""
    )
    (folder / "instances").mkdir()
    return file


def start_placement(processes: Processes, folder: pathlib.Path, python: str) -> int:
    etc = folder / "placement"
    etc.mkdir()
    listing = "from placement import policies; print('\\n'.join(r.name for r in policies.list_rules()))"
    rules = subprocess.run([python, "-c", listing], capture_output=True, text=True, check=True, cwd=etc).stdout
    (etc / "policy.yaml").write_text("".join(f'"{rule}": "@"\n' for rule in rules.split("\n") if rule))
    (etc / "placement.conf").write_text(f"""
[api]
auth_strategy = noauth2
[placement_database]
connection = sqlite:///{folder}/placement.db?timeout=60
sync_on_startup = true
[oslo_policy]
policy_file = {etc}/policy.yaml
""")
    port = free_port()
    environment = {**os.environ, "OS_PLACEMENT_CONFIG_DIR": str(etc)}
    processes.start("placement", [python, str(HERE / "placement_server.py"), str(port)], env=environment)
    wait_for("placement answers", lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read())
    return port


def main(release: str, nova_compute: str, placement_python: str) -> None:
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"nova-{release}-"))
    say(f"nova {release}, logs in {folder}")
    processes = Processes(folder)
    proxy: Proxy | None = None
    try:
        world = REPOSITORY / ".cache" / "local.json"
        world.unlink(missing_ok=True)
        processes.start("world", ["npm", "run", "--silent", "local"], cwd=REPOSITORY)
        wait_for("the local world is up", lambda: world.exists() and conductor("host", "list"))
        proxy = Proxy(json.loads(world.read_text())["sqs"])
        for row in conductor("host", "list"):
            conductor("host", "disable", row["host"])
        conductor("local", "deploy-cell", CELL)
        conductor("cell", "create", CELL)
        conductor("host", "add", HOST, "--cell", CELL)
        placement = start_placement(processes, folder, placement_python)

        file = nova_conf(folder, release, f"127.0.0.1:{proxy.port}", placement)
        compute = processes.start("compute", [nova_compute, "--config-file", str(file)])
        wait_for("nova-compute is registered and up", lambda: compute_row()["service"] == "up")

        def states() -> list[str]:
            return [row["vmState"] for row in conductor("server", "list") if row["host"] == HOST]

        build(folder, states)
        with proxy.refusing():
            say("SQS is away")
            wait_for("the host counts as down", lambda: compute_row()["service"] != "up")
            time.sleep(10)
        wait_for("the host is up again", lambda: compute_row()["service"] == "up")
        if compute.poll() is not None or states() != ["active"]:
            raise SystemExit(f"the outage was not outlived: {compute.poll()} {states()}")
        time.sleep(25)
        conclude(folder / "nova.log")
    finally:
        processes.stop()
        if proxy is not None:
            proxy.stop()


def build(folder: pathlib.Path, states: Callable[[], list[str]]) -> None:
    """Has a server built; the local world takes a host for down after three seconds, which a busy machine may pass."""
    request = folder / "request.json"
    for _ in range(5):
        wait_for("the host is up", lambda: compute_row()["service"] == "up")
        text = subprocess.run(["npm", "run", "--silent", "request"], cwd=REPOSITORY, capture_output=True, check=True)
        request.write_bytes(text.stdout)
        conductor("send", "schedule_and_build_instances", "--file", str(request))
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if states() == ["active"]:
                say("a server is active")
                return
            time.sleep(1)
        say("no host was found for the server")
    raise SystemExit("no server became active")


def conclude(log: pathlib.Path) -> None:
    lines = log.read_text().splitlines()
    for line in lines:
        if " oslo_messaging_sqs " in line:
            say(line.partition(" oslo_messaging_sqs ")[2])
    errors = [line for line in lines if re.match(r"\S+ \S+ \d+ (ERROR|CRITICAL) ", line)]
    unexpected = [line for line in errors if not any(known.search(line) for known in EXPECTED)]
    say(f"{len(errors)} lines of ERROR, {len(unexpected)} unexpected")
    if unexpected:
        raise SystemExit("\n".join(unexpected[:20]))


if __name__ == "__main__":
    main(*sys.argv[1:4])
