"""Who may order what: the conductor everything, another compute only what a move between the two of us needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from oslo_messaging_sqs.options import Settings
from oslo_messaging_sqs.queues import Received

#: The attribute in which hosts of an emulator say who they are.
SENDER = "sender"


@dataclass(frozen=True)
class Sender:
    """Who sent a message.

    :ivar name: for log lines
    :ivar conductor: whether it is the conductor of this deployment
    :ivar host: the host that speaks, where that is known
    """

    name: str
    conductor: bool
    host: str | None = None


class UnknownConductor(Exception):
    """Nobody said which principals the conductor has, so nobody can be told from it."""


#: What computes of Nova 26 to 34 send each other (nova/compute/manager.py, calls of ``self.compute_rpcapi``), and on
#: which side of the move the receiver stands.
PEER_METHODS: dict[str, str | None] = {
    "check_can_live_migrate_source": "source",
    "check_instance_shared_storage": None,
    "confirm_resize": "source",
    "drop_move_claim_at_destination": "destination",
    "finish_resize": "destination",
    "finish_revert_resize": "source",
    "post_live_migration_at_destination": "destination",
    "pre_live_migration": "destination",
    "remove_volume_connection": "destination",
    "resize_instance": "source",
    "rollback_live_migration_at_destination": "destination",
}

#: Orders of a live migration, whose server is on its source all the while.
_LIVE = frozenset(
    (
        "check_can_live_migrate_source",
        "drop_move_claim_at_destination",
        "post_live_migration_at_destination",
        "pre_live_migration",
        "remove_volume_connection",
        "rollback_live_migration_at_destination",
    )
)


def sender_of(message: Received, settings: Settings) -> Sender:
    """Who sent a message, by SQS's word; where an emulator has no principals, by the message's own.

    :raises UnknownConductor: when no principal of the conductor is configured
    """
    if settings.emulator:
        kind, _, host = message.attributes.get(SENDER, "").partition(":")
        return Sender(f"host:{host}", conductor=False, host=host) if kind == "host" else Sender("conductor", True)
    if not settings.conductor_principals:
        raise UnknownConductor
    principal = message.sender_id or "nobody"
    role = principal.partition(":")[0]
    if principal in settings.conductor_principals or role in settings.conductor_principals:
        return Sender(principal, conductor=True)
    hosts = {who: host for host, who in settings.host_principals.items()}
    return Sender(principal, conductor=False, host=hosts.get(principal) or hosts.get(role))


def refusal(method: str, args: Mapping[str, Any], sender: Sender, settings: Settings) -> str | None:
    """Why an order of another compute is not carried out; None when it is.

    :param method: its name in Nova's compute RPC
    :param args: its arguments as they are on the wire
    """
    if sender.conductor or sender.host == settings.host:
        return None
    if method not in PEER_METHODS:
        return "computes do not send it to each other"
    if settings.host_principals and sender.host is None:
        return "its sender is none of host_principals"
    side = PEER_METHODS[method]
    if side is None:
        return None
    source, destination = _move(method, args)
    own, other = (source, destination) if side == "source" else (destination, source)
    if own is None and other is None:
        return "it names no move"
    if own is not None and own != settings.host:
        return f"the {side} of its move is {own}"
    if other == settings.host:
        return "its move begins and ends here"
    if sender.host is not None and other is not None and other != sender.host:
        return f"the other side of its move is {other}"
    return None


def _move(method: str, args: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Source and destination of the move that an order names, each where it is known."""
    data = _fields(args.get("migrate_data") or args.get("dest_check_data"))
    for migration in (_fields(args.get("migration")), _fields(data.get("migration"))):
        source, destination = migration.get("source_compute"), migration.get("dest_compute")
        if isinstance(source, str) and isinstance(destination, str):
            return source, destination
    if method not in _LIVE:
        return None, None
    host = _fields(args.get("instance")).get("host")
    return (host if isinstance(host, str) else None), None


def _fields(thing: Any) -> Mapping[str, Any]:
    data = thing.get("nova_object.data") if isinstance(thing, dict) else None
    return data if isinstance(data, dict) else {}
