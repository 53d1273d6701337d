"""What failed requests mean to an operator."""

from __future__ import annotations

import email.utils
import time
from typing import Callable

import pytest
from botocore import exceptions as botocore

from oslo_messaging_sqs.trouble import Place, trouble

PLACE = Place("sqs:SendMessage", "d-cell-c-conductor", "eu-west-1")


def refused(code: str, status: int = 400, ahead: float = 0) -> Callable[[], botocore.ClientError]:
    """Makes an error of the service, as it is now on a clock that is so many seconds ahead of it."""
    return lambda: _refused(code, status, ahead)


def _refused(code: str, status: int, ahead: float) -> botocore.ClientError:
    date = email.utils.formatdate(time.time() - ahead, usegmt=True)
    metadata = {"HTTPStatusCode": status, "HTTPHeaders": {"date": date}}
    return botocore.ClientError(
        {"Error": {"Code": code, "Message": "text"}, "ResponseMetadata": metadata},  # type: ignore[typeddict-item]
        "SendMessage",
    )


@pytest.mark.parametrize(
    ("error", "kind", "advice"),
    [
        (refused("AWS.SimpleQueueService.NonExistentQueue"), "queue_gone", "check deployment, cell, region"),
        (refused("AccessDenied", 403), "no_rights", "allow sqs:SendMessage"),
        (refused("SignatureDoesNotMatch", 403, ahead=900), "clock", "this host is off by about 15 min"),
        (refused("SignatureDoesNotMatch", 403), "signature", "check clock and credentials"),
        (refused("InvalidClientTokenId", 403), "identity", "check this host's role"),
        (refused("KmsAccessDenied"), "no_key", "kms:Decrypt"),
        (refused("KMS.DisabledException"), "no_key", "data key"),
        (refused("KmsThrottled"), "throttled", "tried again"),
        (refused("RequestThrottled", 403), "throttled", "tried again"),
        (refused("ServiceUnavailable", 503), "service_error", "tried again"),
        (refused("InvalidMessageContents"), "refused", "InvalidMessageContents"),
        (botocore.NoCredentialsError, "no_credentials", "instance profile"),
        (lambda: botocore.EndpointConnectionError(endpoint_url="https://x"), "unreachable", "cannot be reached"),
        (lambda: botocore.ReadTimeoutError(endpoint_url="https://x"), "unreachable", "cannot be reached"),
        (ConnectionResetError, "unreachable", "cannot be reached"),
    ],
)
def test_a_failure_is_one_line_that_says_what_to_do(error: Callable[[], Exception], kind: str, advice: str) -> None:
    found = trouble(error(), PLACE)

    assert found.kind == kind
    assert advice in found.advice
    assert found.advice.startswith("sqs:SendMessage d-cell-c-conductor in eu-west-1: ")
    assert "\n" not in found.advice


def test_what_passes_by_itself_is_told_from_what_a_person_mends() -> None:
    passing = [trouble(refused(code, 503)(), PLACE).passes for code in ("Throttling", "InternalError", "AccessDenied")]

    assert passing == [True, True, False]
