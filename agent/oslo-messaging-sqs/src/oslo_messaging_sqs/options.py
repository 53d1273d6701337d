"""Options of the group ``[oslo_messaging_sqs]``, each of which may stand in the transport URL as well."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import Any, Mapping
from urllib.parse import urlsplit

import oslo_messaging
from oslo_config import cfg

GROUP = "oslo_messaging_sqs"

#: How to write the URL.
FORM = "write sqs:///DEPLOYMENT/CELL?region=REGION"

_OPTIONS = [
    cfg.StrOpt(
        "deployment", help="Name of the conductor's deployment; all queues begin with it. In the URL: the path."
    ),
    cfg.StrOpt("cell", help="Name of the cell that this host is mapped to. In the URL: the second part of the path."),
    cfg.StrOpt("host", help="Name of this host, as its compute service calls itself. Default: [DEFAULT] host."),
    cfg.StrOpt("region", help="AWS region. Default: that of the AWS configuration (AWS_REGION, profile)."),
    cfg.StrOpt(
        "account",
        help="AWS account of the queues, twelve digits. Default: taken from the address of the reply queue.",
    ),
    cfg.URIOpt(
        "endpoint",
        schemes=["http", "https"],
        help="Address of SQS, for instance of a VPC endpoint. In the URL: host and port. Default: the region's.",
    ),
    cfg.URIOpt(
        "direct_url",
        schemes=["http", "https"],
        help="Function URL of the cell, as conductor host add prints it where direct calls are offered. Calls "
        "to the conductor are posted there, and go to the queue when it does not serve them. Default: the queue alone.",
    ),
    cfg.IntOpt(
        "direct_seconds",
        default=10,
        min=1,
        max=60,
        help="How long a direct call is waited for before the same call goes to the queue. Calls that wait less than "
        "twice as long go there at once.",
    ),
    cfg.URIOpt("s3_endpoint", schemes=["http", "https"], help="Address of S3. Default: the region's."),
    cfg.URIOpt("sts_endpoint", schemes=["http", "https"], help="Address of STS. Default: the region's."),
    cfg.URIOpt("events_endpoint", schemes=["http", "https"], help="Address of EventBridge. Default: the region's."),
    cfg.BoolOpt(
        "emulator",
        default=False,
        help="The endpoint is an emulator on plain HTTP without principals: senders are named by the message attribute "
        "'sender', and credentials are made up. Refused for endpoints of AWS.",
    ),
    cfg.StrOpt(
        "message_bucket",
        help="Bucket for messages that no queue takes. Default: <deployment>-messages-<account>.",
    ),
    cfg.IntOpt(
        "max_message_bytes",
        default=1_048_576,
        min=1024,
        max=1_048_576,
        help="Bytes of body and attributes beyond which a message goes to the bucket.",
    ),
    cfg.ListOpt(
        "conductor_principals",
        default=[],
        help="Ids of the IAM roles (AROA…) that the conductor's functions run under. Their orders are carried out and "
        "their answers believed; everybody else is a compute host. Without it orders stay in the queue.",
    ),
    cfg.StrOpt(
        "principal",
        help="The principal that this host is registered with (AROA… or AROA…:session), as conductor host add prints "
        "it: reply queues carry its hash. Default: the session that STS names.",
    ),
    cfg.DictOpt(
        "host_principals",
        default={},
        help="Other hosts' principals (AROA… or AROA…:session), as host1:AROA…. Names them in log lines and closes the "
        "reply queue to all others. Who may order this host, the conductor says.",
    ),
    cfg.IntOpt("prefetch", default=16, min=1, max=1000, help="Orders that are taken and wait for a worker, at most."),
    cfg.IntOpt("poll_seconds", default=20, min=0, max=20, help="Length of one long poll."),
    cfg.IntOpt(
        "visibility_timeout",
        default=60,
        min=3,
        max=43_200,
        help="Seconds after which an order comes again when the process dies between taking and beginning it.",
    ),
    cfg.IntOpt(
        "duplicates_remembered", default=10_000, min=100, help="Ids of begun orders that are remembered, the oldest go."
    ),
    cfg.IntOpt(
        "hold_seconds",
        default=3600,
        min=0,
        help="Seconds for which a conductor call is held beyond its time-out while the conductor or SQS is known to be "
        "away, and for which a cast is tried. A compute that times out destroys its guest. 0: none is held.",
    ),
    cfg.IntOpt(
        "probe_seconds",
        default=10,
        min=1,
        help="How long a ping of the conductor is waited for before the conductor counts as away.",
    ),
    cfg.StrOpt("notifications", default="off", choices=["off", "eventbridge"], help="Where notifications go."),
    cfg.StrOpt("event_bus", help="Name or ARN of the event bus for notifications. Default: <deployment>."),
    cfg.StrOpt(
        "guest_list",
        help="module:function that answers the uuids of the guests on this host. It is called once when the host "
        "begins to listen, and the conductor gets the list. Default: no list is sent.",
    ),
    cfg.PortOpt(
        "placement_port",
        help="Port of 127.0.0.1 on which the deployment's own placement is served to this host's compute; [placement] "
        "then has auth_type = none and endpoint_override = http://127.0.0.1:PORT. Default: none is served.",
    ),
    cfg.IntOpt("counters_seconds", default=300, min=0, help="Seconds between log lines with counters; 0 for none."),
    cfg.IntOpt(
        "repeat_seconds", default=300, min=1, help="Seconds after which a trouble that goes on is logged again."
    ),
]


def list_opts() -> list[tuple[str, list[cfg.Opt]]]:
    """The options for oslo.config's sample generator."""
    return [(GROUP, list(_OPTIONS))]


class WrongTransportURL(oslo_messaging.InvalidTransportURL, SystemExit):
    """A transport URL, or an option, with which nothing can be reached.

    It ends a service with its line alone. Nova reads the URL before it has a log, so that any other exception would
    leave a traceback of thirty lines.
    """

    def __init__(self, path: str | None, what: str) -> None:
        # credentials that someone put into the URL stay out of the message
        shown = f"sqs://.../{path or ''}"
        super().__init__(shown, f"transport_url {shown}: {what}")
        self.code = str(self)


@dataclass(frozen=True)
class Settings:
    """What the driver works with, from the URL and the configuration together."""

    deployment: str
    cell: str
    host: str
    region: str | None
    account: str | None
    endpoint: str | None
    direct_url: str | None
    direct_seconds: int
    s3_endpoint: str | None
    sts_endpoint: str | None
    events_endpoint: str | None
    emulator: bool
    message_bucket: str | None
    max_message_bytes: int
    conductor_principals: tuple[str, ...]
    principal: str | None
    host_principals: Mapping[str, str]
    prefetch: int
    poll_seconds: int
    visibility_timeout: int
    duplicates_remembered: int
    hold_seconds: int
    probe_seconds: int
    notifications: str
    event_bus: str
    guest_list: str | None
    placement_port: int | None
    counters_seconds: int
    repeat_seconds: int
    state_path: str | None


def settings(conf: cfg.ConfigOpts, url: oslo_messaging.TransportURL) -> Settings:
    """Reads the settings of a transport URL ``sqs://[endpoint]/deployment/cell?option=value``.

    :raises WrongTransportURL: with what is wrong and what to write instead
    """
    conf.register_opts(_OPTIONS, group=GROUP)
    values = _values(conf, url)
    _path(url, values)
    _endpoints(url, values)
    for name in ("deployment", "cell"):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,30}", values[name] or ""):
            raise WrongTransportURL(url.virtual_host, f"{name} is {values[name]!r}: {FORM}")
    if values["account"] is not None and not re.fullmatch(r"\d{12}", values["account"]):
        raise WrongTransportURL(
            url.virtual_host, f"account is {values['account']!r}: write the twelve digits of an AWS account"
        )
    values["host"] = values["host"] or getattr(conf, "host", None) or socket.gethostname()
    if values["emulator"]:
        values["principal"] = f"host:{values['host']}"
    values["event_bus"] = values["event_bus"] or values["deployment"]
    values["conductor_principals"] = tuple(values["conductor_principals"])
    return Settings(**values, state_path=getattr(conf, "state_path", None))


def _values(conf: cfg.ConfigOpts, url: oslo_messaging.TransportURL) -> dict[str, Any]:
    names = [option.name for option in _OPTIONS]
    unknown = sorted(set(url.query) - set(names))
    if unknown:
        raise WrongTransportURL(url.virtual_host, f"{', '.join(unknown)} is no option: there are {', '.join(names)}")
    values: dict[str, Any] = {}
    for option in _OPTIONS:
        name = option.name
        try:
            values[name] = option.type(url.query[name]) if name in url.query else conf[GROUP][name]
        except (ValueError, cfg.Error) as error:
            raise WrongTransportURL(url.virtual_host, f"{name}: {error}") from error
    return values


def _path(url: oslo_messaging.TransportURL, values: dict[str, Any]) -> None:
    parts = (url.virtual_host or "").strip("/").split("/")
    if parts == [""]:
        return
    if len(parts) != 2:
        raise WrongTransportURL(url.virtual_host, f"the path is not DEPLOYMENT/CELL: {FORM}")
    values["deployment"], values["cell"] = parts


def _endpoints(url: oslo_messaging.TransportURL, values: dict[str, Any]) -> None:
    if len(url.hosts) > 1:
        raise WrongTransportURL(url.virtual_host, "there is more than one endpoint: SQS has one")
    if any(host.username or host.password for host in url.hosts):
        raise WrongTransportURL(url.virtual_host, "credentials in it: the host's own role is used, take them out")
    if url.hosts and url.hosts[0].hostname:
        host = url.hosts[0]
        port = "" if host.port is None else f":{host.port}"
        endpoint = f"{'http' if values['emulator'] else 'https'}://{host.hostname}{port}"
        if not re.fullmatch(r"[A-Za-z0-9.-]+", host.hostname) or not 0 < (host.port or 443) < 65_536:
            raise WrongTransportURL(url.virtual_host, f"endpoint is {endpoint!r}: write HOST or HOST:PORT")
        values["endpoint"] = endpoint
    direct = urlsplit(values["direct_url"] or "https:")
    if direct.scheme != "https" and not values["emulator"]:
        raise WrongTransportURL(url.virtual_host, "direct_url is not https: write it as conductor host add prints it")
    if not values["emulator"]:
        return
    name = urlsplit(values["endpoint"] or "").hostname or ""
    if not name or name.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        raise WrongTransportURL(
            url.virtual_host, "emulator=true wants the address of an emulator: sqs://127.0.0.1:PORT/DEPLOYMENT/CELL"
        )
    for service in ("s3_endpoint", "events_endpoint"):
        values[service] = values[service] or values["endpoint"]
    values["message_bucket"] = values["message_bucket"] or f"{values['deployment']}-messages"
    values["region"] = values["region"] or "us-east-1"
