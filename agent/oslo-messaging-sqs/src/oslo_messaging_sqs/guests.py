"""The list of guests that a host reports when it begins to listen."""

from __future__ import annotations

import importlib
import logging
from typing import Any

from oslo_messaging_sqs.report import Report

#: The report, as a cast of its base namespace.
METHOD = "report_guests"
NAMESPACE = "hostapi"
VERSION = "1.0"


def guests_of(function: str, report: Report) -> list[str]:
    """Asks the function ``module:name`` for the uuids of the guests; what goes wrong there is logged.

    :raises LookupError: when there is no list
    """
    module, _, name = function.partition(":")
    try:
        uuids = [str(uuid) for uuid in getattr(importlib.import_module(module), name)()]
    except Exception as error:
        # whatever a function of the operator's raises, nova-compute goes on
        text = (
            f"guest_list {function} failed: {type(error).__name__}: {error}; the guests of this host are not reported"
        )
        report.complain("guest_list", text, logging.ERROR)
        raise LookupError(function) from error
    return uuids


def guest_report(host: str, uuids: list[str]) -> dict[str, Any]:
    """The message that reports a host's guests."""
    return {
        "method": METHOD,
        "args": {"host": host, "guests": sorted(uuids)},
        "namespace": NAMESPACE,
        "version": VERSION,
    }
