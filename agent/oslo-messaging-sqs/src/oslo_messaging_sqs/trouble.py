"""What a failed request to AWS means, and what a person can do about it."""

from __future__ import annotations

import email.utils
import time
from dataclasses import dataclass

from botocore import exceptions as botocore
from botocore.parsers import ResponseParserError

_GONE = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NonExistentQueue"}
_DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "NotAuthorized", "UnauthorizedOperation"}
_CLOCK = {"RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException"}
_IDENTITY = {
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "MissingAuthenticationToken",
    "OptInRequired",
    "UnrecognizedClientException",
}
_THROTTLED = {
    "OverLimit",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_UNREACHABLE = (botocore.HTTPClientError, botocore.ConnectionError, OSError)
_NO_IDENTITY = (
    botocore.NoCredentialsError,
    botocore.PartialCredentialsError,
    botocore.CredentialRetrievalError,
    botocore.TokenRetrievalError,
    botocore.ProfileNotFound,
)


class NotSqs(Exception):
    """Something answers that is not the service, a page for people for instance."""


@dataclass(frozen=True)
class Trouble:
    """One kind of failure.

    :ivar kind: a word for counters
    :ivar advice: what is wrong and what to do, in one line
    :ivar passes: whether it passes by itself, so nobody has to act
    """

    kind: str
    advice: str
    passes: bool


@dataclass(frozen=True)
class Place:
    """Where a request went: what it is called in the advice."""

    action: str
    queue: str
    region: str
    #: what a person does when the queue is not there
    remedy: str = "check deployment, cell, region and account of transport_url"


def error_code(error: BaseException) -> str:
    """The code of an error of AWS, empty for others."""
    if isinstance(error, botocore.ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return ""


def is_gone(error: BaseException) -> bool:
    """Whether the queue is not there."""
    return error_code(error) in _GONE


def trouble(error: BaseException, place: Place) -> Trouble:
    """What an exception of boto3 means for a request at ``place``."""
    code = error_code(error)
    where = f"{place.action} {place.queue} in {place.region}"
    if isinstance(error, _NO_IDENTITY):
        return Trouble(
            "no_credentials",
            f"{where}: this host has no AWS credentials: give it an instance profile or set AWS_PROFILE",
            False,
        )
    if isinstance(error, (NotSqs, ResponseParserError)):
        return Trouble("not_sqs", f"{where}: what answers is not SQS: check the endpoint of transport_url", False)
    if isinstance(error, _UNREACHABLE):
        return Trouble("unreachable", f"{where}: the endpoint cannot be reached ({_name(error)}); tried again", True)
    if code in _GONE:
        return Trouble("queue_gone", f"{where}: there is no such queue: {place.remedy}", False)
    # clocks that are off show as signatures that do not hold
    skew = _skew(error)
    if "valid region" in str(error):
        return Trouble("region", f"{where}: the endpoint is of another region: set region in transport_url", False)
    if code in _CLOCK or "Signature expired" in str(error):
        if skew is not None and abs(skew) > 60:
            off = f"the clock of this host is off by about {skew / 60:.0f} min"
            return Trouble("clock", f"{where}: {off}: set it (chrony, ntpd)", False)
        return Trouble("signature", f"{where}: the signature is refused ({code}): check clock and credentials", False)
    if code.startswith(("KMS", "Kms")) and "Throttl" not in code:
        return Trouble(
            "no_key", f"{where}: the data key is refused ({code}): allow kms:Decrypt and kms:GenerateDataKey", False
        )
    if code in _DENIED:
        advice = f"access denied: allow {place.action} to this host's role, or mend transport_url"
        return Trouble("no_rights", f"{where}: {advice}", False)
    if code in _IDENTITY:
        return Trouble("identity", f"{where}: the credentials are refused ({code}): check this host's role", False)
    if code in _THROTTLED or "Throttl" in code:
        return Trouble("throttled", f"{where}: throttled ({code}); tried again", True)
    status = _status(error)
    if status is not None and status >= 500:
        return Trouble("service_error", f"{where}: the service failed ({code or status}); tried again", True)
    return Trouble("refused", f"{where}: {code or _name(error)}: {str(error)[:200]}", False)


def _name(error: BaseException) -> str:
    return type(error).__name__


def _status(error: BaseException) -> int | None:
    if not isinstance(error, botocore.ClientError):
        return None
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status if isinstance(status, int) else None


def _skew(error: BaseException) -> float | None:
    """Seconds by which the clock of this machine is ahead of the service's."""
    if not isinstance(error, botocore.ClientError):
        return None
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    date = email.utils.parsedate_tz(headers.get("date", ""))
    return None if date is None else time.time() - email.utils.mktime_tz(date)
