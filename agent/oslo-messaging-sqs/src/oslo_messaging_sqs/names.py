"""Names of queues, as the conductor writes them; all of them without the deployment's prefix."""

from __future__ import annotations

import hashlib
import re
import uuid

#: A queue's name has 80 characters; this leaves room for the deployment, the cell and the words between.
_LONGEST_HOST = 40

#: What the conductor sends answers to, after the deployment's prefix.
_REPLY_QUEUE = re.compile(r"reply_[A-Za-z0-9_-]{1,60}")

#: The queue of reschedules, migrations and other long operations.
COMPUTE_TASK = "compute-task"


def conductor_queue(cell: str) -> str:
    """The queue of a cell's conductor: object calls, and answers to its own calls."""
    return f"cell-{cell}-conductor"


def host_queue(cell: str, host: str) -> str:
    """The queue of one compute host.

    Characters that SQS does not take are written ``_`` and the hexadecimal bytes of their UTF-8, the underscore among
    them; names that get too long end in a digest. So no two hosts share a queue.
    """
    # a cell called a-host-b must not have the queues of cell a
    return f"cell-{_encode(cell).replace('-host', '_2dhost')}-host-{_shorten(_encode(host), host)}"


def reply_prefix(principal: str) -> str:
    """What the names of a principal's reply queues begin with: the conductor answers it nowhere else.

    :param principal: as it is registered, ``AROA…`` or ``AROA…:session``, or as SQS names this session
    """
    return f"reply_{hashlib.sha256(principal.encode()).hexdigest()[:24]}_"


def reply_queue(principal: str) -> str:
    """A name for the reply queue of one process."""
    return reply_prefix(principal) + uuid.uuid4().hex[:12]


def is_reply_queue(name: str) -> bool:
    """Whether computes wait for answers on a queue of this name."""
    return _REPLY_QUEUE.fullmatch(name) is not None


def _encode(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", lambda found: "_" + found.group().encode("utf-8", "surrogatepass").hex(), name)


def _shorten(encoded: str, name: str) -> str:
    if len(encoded) <= _LONGEST_HOST:
        return encoded
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{encoded[: _LONGEST_HOST - len(digest) - 2]}__{digest}"
