"""A hypervisor that does as it is told: Nova's fake driver, whose guests outlive nova-compute as real ones do.

It reads ``orders.json`` under Nova's ``state_path`` before each of its methods: ``{"spawn": {"fail": "why"}}`` has the
method fail, ``{"spawn": {"hold": true}}`` has it wait until the order is taken back, and with ``"after": true`` that
happens when the method's work is done. ``{"skip": true}`` has the method do nothing and say that it did, and
``{"get_info": {"halted": true}}`` has every guest shut down by itself. The guests it has are in ``guests.json``, the times of heartbeats in
``heartbeats.txt``.
"""

import functools
import json
import pathlib
import threading
import time

import nova.conf
from nova import exception
from nova import objects
from nova.compute import power_state
from nova.virt import fake

CONF = nova.conf.CONF

#: The driver of newer releases keeps the node's identity under state_path; that of older ones has no such thing.
BASE = getattr(fake, "FakeDriverWithoutFakeNodes", fake.FakeDriver)

SCRIPTED = (
    "spawn",
    "destroy",
    "reboot",
    "snapshot",
    "power_on",
    "power_off",
    "check_can_live_migrate_destination",
    "pre_live_migration",
    "live_migration",
    "post_live_migration_at_source",
    "post_live_migration_at_destination",
    "migrate_disk_and_power_off",
    "finish_migration",
    "finish_revert_migration",
    "confirm_migration",
)

_keeping = threading.Lock()


def _file(name):
    return pathlib.Path(CONF.state_path) / name


def guests():
    """The uuids of the guests on this host, for the driver's guest_list."""
    file = _file("guests.json")
    return sorted(json.loads(file.read_text())) if file.exists() else []


def _order(method):
    try:
        return json.loads(_file("orders.json").read_text()).get(method, {})
    except (FileNotFoundError, ValueError):
        return {}


def _obey(method, after):
    order = _order(method)
    if bool(order.get("after")) != after:
        return
    if "fail" in order:
        raise exception.NovaException(order["fail"])
    while order.get("hold") and bool(order.get("after")) == after:
        time.sleep(0.1)
        order = _order(method)


def _scripted(method, work):
    @functools.wraps(work)
    def scripted(self, *args, **kwargs):
        _obey(method, after=False)
        if _order(method).get("skip"):
            return None
        try:
            result = work(self, *args, **kwargs)
        finally:
            self.keep_guests()
        _obey(method, after=True)
        return result

    return scripted


class _Persistent(BASE):
    def init_host(self, host):
        super().init_host(host)
        file = _file("guests.json")
        if file.exists():
            for uuid, guest in json.loads(file.read_text()).items():
                self.instances[uuid] = fake.FakeInstance(guest["name"], guest["state"], uuid)

    def keep_guests(self):
        with _keeping:
            guests = list(self.instances.items())
            file = _file("guests.json.new")
            file.write_text(json.dumps({uuid: {"name": guest.name, "state": guest.state} for uuid, guest in guests}))
            file.rename(_file("guests.json"))

    def get_all_volume_usage(self, context, compute_host_bdms):
        # the fake driver takes every server to have a volume
        counted = {"rd_req": 1, "rd_bytes": 512, "wr_req": 2, "wr_bytes": 1024}
        return [
            {"volume": bdm.volume_id, "instance": host["instance"], **counted}
            for host in compute_host_bdms
            for bdm in host["instance_bdms"]
        ]

    def get_info(self, instance, use_cache=True):
        if _order("get_info").get("halted") and instance.uuid in self.instances:
            self.instances[instance.uuid].state = power_state.SHUTDOWN
        return super().get_info(instance, use_cache)

    def post_live_migration_at_source(self, context, instance, network_info):
        # the guest has left, which the fake driver does not see
        self.instances.pop(instance.uuid, None)

    def rollback_live_migration_at_destination(
        self, context, instance, network_info, block_device_info, destroy_disks=True, migrate_data=None
    ):
        # libvirt's destroys the guest, which the fake driver leaves
        self.destroy(context, instance, network_info, block_device_info, destroy_disks)

    def migrate_disk_and_power_off(self, context, instance, *args, **kwargs):
        if instance.uuid in self.instances:
            self.power_off(instance)
        return super().migrate_disk_and_power_off(context, instance, *args, **kwargs)


ScriptedDriver = type("ScriptedDriver", (_Persistent,), {m: _scripted(m, getattr(_Persistent, m)) for m in SCRIPTED})


def _time_heartbeats():
    save = objects.Service.save

    @functools.wraps(save)
    def timed(self, *args, **kwargs):
        beat = "report_count" in self.obj_what_changed()
        start = time.monotonic()
        result = save(self, *args, **kwargs)
        if beat:
            with _file("heartbeats.txt").open("a") as file:
                file.write(f"{(time.monotonic() - start) * 1000:.1f}\n")
        return result

    objects.Service.save = timed


objects.register_all()
_time_heartbeats()
