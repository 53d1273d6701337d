"""The policy of a reply queue: its owner reads it, and where everybody is known, nobody else sends to it."""

from __future__ import annotations

import json
import logging
from typing import Any

from oslo_messaging_sqs.options import Settings

LOG = logging.getLogger(__name__)

_READ = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]

#: Bytes of one condition's values beyond which SQS refuses a policy.
_MOST_CONDITION_BYTES = 4096


def reply_queue_policy(principal: str, settings: Settings) -> str:
    """The policy that a reply queue is made with.

    Only the principal reads it, whatever the roles of other hosts allow. Who sends to it are the roles of the conductor
    and the other hosts, where the configuration names both.
    """
    own = {"aws:userid": _sessions(principal)}
    statements = [
        _statement("OwnerReads", "Allow", [*_READ, "sqs:DeleteQueue"], {"StringLike": own}),
        _statement("NobodyElseReads", "Deny", _READ, {"StringNotLike": own}),
        _statement("NoPlainTransport", "Deny", "sqs:*", {"Bool": {"aws:SecureTransport": "false"}}),
    ]
    conductor, hosts = settings.conductor_principals, settings.host_principals.values()
    senders = sorted({_sessions(each) for each in (principal, *conductor, *hosts)})
    if conductor and hosts:
        length = len(json.dumps(senders))
        if length <= _MOST_CONDITION_BYTES:
            unknown = {"StringNotLike": {"aws:userid": senders}}
            statements.append(_statement("NobodyElseSends", "Deny", "sqs:SendMessage", unknown))
        else:
            LOG.warning(
                "%d principals make a condition of %d bytes, of which SQS takes %d: who sends to the reply queue is "
                "left to the policies of roles",
                len(senders),
                length,
                _MOST_CONDITION_BYTES,
            )
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _sessions(principal: str) -> str:
    """What SQS may name a principal: a role has sessions, a user has none."""
    return principal if ":" in principal or principal.startswith("AIDA") else f"{principal}:*"


def _statement(sid: str, effect: str, action: Any, condition: Any) -> dict[str, Any]:
    # the queue has no address yet; a queue's policy is about that queue alone
    return {
        "Sid": sid,
        "Effect": effect,
        "Principal": {"AWS": "*"},
        "Action": action,
        "Resource": "*",
        "Condition": condition,
    }
