"""Who sent a message: the conductor may order everything, another compute what the conductor lets it."""

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
    """Nobody said which principals the conductor has, so nobody can be recognised."""


#: What computes of Nova 26 to 34 send each other (nova/compute/manager.py, calls of ``self.compute_rpcapi``).
PEER_METHODS = frozenset(
    (
        "check_can_live_migrate_source",
        "check_instance_shared_storage",
        "confirm_resize",
        "drop_move_claim_at_destination",
        "finish_resize",
        "finish_revert_resize",
        "post_live_migration_at_destination",
        "pre_live_migration",
        "remove_volume_connection",
        "resize_instance",
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


def is_trusted(sender: Sender, settings: Settings) -> bool:
    """Whether a sender may order anything: the conductor, and this host itself."""
    return sender.conductor or sender.host == settings.host


def instance_of(args: Mapping[str, Any]) -> str | None:
    """The uuid of the server that an order is about; None where it names none."""
    instance = args.get("instance")
    data = instance.get("nova_object.data") if isinstance(instance, dict) else None
    uuid = data.get("uuid") if isinstance(data, dict) else None
    return uuid if isinstance(uuid, str) else None
