"""What a transport URL and the configuration say together."""

from __future__ import annotations

import os
import subprocess
import sys

import oslo_messaging
import pytest
from oslo_config import cfg

from oslo_messaging_sqs.options import GROUP, Settings, list_opts, settings


def read(url: str, **group: str) -> Settings:
    conf = cfg.ConfigOpts()
    conf([], default_config_files=[])
    conf.register_opts(list_opts()[0][1], group=GROUP)
    for name, value in group.items():
        conf.set_override(name, value, group=GROUP)
    return settings(conf, oslo_messaging.TransportURL.parse(conf, url))


def test_deployment_and_cell_stand_in_the_path_and_options_in_the_query() -> None:
    found = read("sqs:///nova-conductor/cell1?region=eu-west-1&prefetch=4&host=h1")

    assert (found.deployment, found.cell, found.region) == ("nova-conductor", "cell1", "eu-west-1")
    assert (found.prefetch, found.host, found.endpoint, found.event_bus) == (4, "h1", None, "nova-conductor")


def test_the_configuration_says_what_the_url_does_not() -> None:
    found = read("sqs://", deployment="d", cell="c", region="eu-west-1", host="h1")

    assert (found.deployment, found.cell, found.region, found.host) == ("d", "c", "eu-west-1", "h1")


def test_the_url_wins_over_the_configuration() -> None:
    assert read("sqs:///d/c?region=eu-west-2", region="eu-west-1").region == "eu-west-2"


def test_a_host_in_the_url_is_an_endpoint_with_tls() -> None:
    found = read("sqs://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/d/c?region=eu-west-1")

    assert found.endpoint == "https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com"


def test_an_emulator_is_reached_in_plain_for_all_services() -> None:
    found = read("sqs://127.0.0.1:4566/d/c?emulator=true")

    assert found.endpoint == found.s3_endpoint == found.events_endpoint == "http://127.0.0.1:4566"
    assert (found.message_bucket, found.region) == ("d-messages", "us-east-1")


def test_the_host_is_that_of_nova_unless_another_is_named() -> None:
    conf = cfg.ConfigOpts()
    conf([], default_config_files=[])
    conf.register_opts([cfg.StrOpt("host", default="nova-host")])

    found = settings(conf, oslo_messaging.TransportURL.parse(conf, "sqs:///d/c"))

    assert found.host == "nova-host"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("sqs://", "deployment is None"),
        ("sqs:///d", "not DEPLOYMENT/CELL"),
        ("sqs:///d/c/more", "not DEPLOYMENT/CELL"),
        ("sqs:///d/c_1", "cell is 'c_1'"),
        ("sqs:///d/c?regoin=x", "regoin is no option"),
        ("sqs:///d/c?prefetch=0", "prefetch: Should be greater"),
        ("sqs:///d/c?prefetch=many", "prefetch: invalid literal"),
        ("sqs:///d/c?account=12", "twelve digits"),
        ("sqs://a:1,b:2/d/c", "more than one endpoint"),
        ("sqs:///d/c?emulator=true", "address of an emulator"),
        ("sqs://sqs.eu-west-1.amazonaws.com/d/c?emulator=true", "address of an emulator"),
        ("sqs://my host/d/c?region=eu-west-1", "endpoint is 'https://my host': write HOST or HOST:PORT"),
        ("sqs://sqs.example.net:99999/d/c?region=eu-west-1", "endpoint is 'https://sqs.example.net:99999'"),
    ],
)
def test_a_wrong_url_is_refused_with_what_is_wrong(url: str, what: str) -> None:
    with pytest.raises(oslo_messaging.InvalidTransportURL, match=what):
        read(url)


def test_credentials_in_the_url_are_refused_and_not_repeated() -> None:
    with pytest.raises(oslo_messaging.InvalidTransportURL) as refused:
        read("sqs://AKIA1:secret1@sqs.example.net/d/c")

    assert "take them out" in str(refused.value)
    assert "secret1" not in str(refused.value) + str(refused.value.url)


START = """
import sys, oslo_messaging
from oslo_config import cfg
conf = cfg.ConfigOpts()
conf([], default_config_files=[])
oslo_messaging.get_rpc_transport(conf, sys.argv[1])
"""


@pytest.mark.parametrize(
    ("url", "line"),
    [
        (
            "sqs://nova-conductor/cell1?region=eu-west-1",
            "transport_url sqs://.../cell1: the path is not DEPLOYMENT/CELL: write sqs:///DEPLOYMENT/CELL?region=REGION",
        ),
        (
            "sqs:///nova-conductor/cell1?region=eu-west-1&region=eu-west-2",
            "transport_url sqs://.../nova-conductor/cell1: region is 'eu-west-1,eu-west-2': "
            "write its code, for instance eu-west-1",
        ),
        (
            "sqs:///nova-conductor/cell1",
            "transport_url sqs://.../nova-conductor/cell1: no AWS region: "
            "write sqs:///DEPLOYMENT/CELL?region=REGION, or set AWS_REGION",
        ),
    ],
)
def test_a_service_with_a_wrong_url_ends_with_one_line(url: str, line: str) -> None:
    without_region = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**without_region, "AWS_CONFIG_FILE": os.devnull, "PYTHONIOENCODING": "utf-8"}

    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START, url], env=environment, capture_output=True, encoding="utf-8"
    )

    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()) == (1, "", [line])


def test_every_option_has_a_help() -> None:
    assert [option.name for option in list_opts()[0][1] if not option.help] == []


def test_a_function_url_is_https_but_for_an_emulator() -> None:
    url = "https://abc.lambda-url.eu-west-1.on.aws/"

    assert read("sqs:///d/c?region=eu-west-1", direct_url=url).direct_url == url
    assert read("sqs://127.0.0.1:4566/d/c?emulator=true", direct_url="http://127.0.0.1:1/").direct_seconds == 10
    with pytest.raises(oslo_messaging.InvalidTransportURL, match="direct_url is not https"):
        read("sqs:///d/c?region=eu-west-1", direct_url="http://abc.lambda-url.eu-west-1.on.aws/")
