"""Serves one OpenStack service on the loopback: serve.py SERVICE PORT FOLDER-OF-ITS-CONFIGURATION.

The in-memory bus of oslo.messaging is one per process, so workers of Cinder and Cyborg run beside their API.
"""

import contextlib
import os
import sys
import threading

import sqlalchemy.engine
import sqlalchemy.event
from oslo_db.sqlalchemy import enginefacade

service, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
sys.argv = [service]
# Modules of ours that services load, such as Cinder's driver.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


@sqlalchemy.event.listens_for(sqlalchemy.engine.Engine, "connect")
def keep_a_log_of_writes(connection, _record):
    # Readers go on while somebody writes.
    connection.execute("PRAGMA journal_mode=WAL")


modes = threading.local()
produce_block = enginefacade._TransactionContext._produce_block


@contextlib.contextmanager
def note_mode(transaction, *args, **kwargs):
    block = produce_block(transaction, *args, **kwargs)
    before = getattr(modes, "innermost", None)
    modes.innermost = transaction.mode
    try:
        with block as resource:
            yield resource
    finally:
        modes.innermost = before


enginefacade._TransactionContext._produce_block = note_mode


@sqlalchemy.event.listens_for(sqlalchemy.engine.Engine, "before_cursor_execute", retval=True)
def begin_as_a_writer(_connection, _cursor, statement, parameters, _context, _executemany):
    # SQLite refuses at once, whatever time-out is set, where a transaction that has read begins to write after
    # another one wrote. One that begins as a writer waits for its turn. Those that only read wait for nobody, since one
    # may be inside of another of its own thread.
    if statement == "BEGIN" and getattr(modes, "innermost", None) is not enginefacade._READER:
        statement = "BEGIN IMMEDIATE"
    return statement, parameters


def keystone():
    os.environ["OS_KEYSTONE_CONFIG_DIR"] = folder
    from keystone.wsgi.api import application

    return application


def placement():
    os.environ["OS_PLACEMENT_CONFIG_DIR"] = folder
    from placement.wsgi.api import application

    return application


def glance():
    os.environ["OS_GLANCE_CONFIG_DIR"] = folder
    from glance.wsgi.api import application

    return application


def neutron():
    os.environ["OS_NEUTRON_CONFIG_DIR"] = folder
    os.environ["OS_NEUTRON_CONFIG_FILES"] = "neutron.conf"
    from neutron.wsgi.api import application

    return application


def cinder():
    os.environ["OS_CINDER_DISABLE_EVENTLET_PATCHING"] = "1"
    sys.argv = ["cinder", "--config-file", os.path.join(folder, "cinder.conf")]
    import cinder.monkey_patch

    cinder.monkey_patch.patch("threading")
    from cinder.wsgi.api import application
    from cinder import privsep
    from cinder import service as workers

    workers.Service.create(binary="cinder-scheduler").start()
    workers.Service.create(
        host="ctl@fake", service_name="fake", binary="cinder-volume", coordination=True
    ).start()
    # Root's part runs in this process: there is nothing that needs root.
    privsep.sys_admin_pctxt.set_client_mode(False)
    return application


def cyborg():
    sys.argv = ["cyborg", "--config-file", os.path.join(folder, "cyborg.conf")]
    from oslo_service import backend

    backend.init_backend(backend.BackendType.THREADING)
    from cyborg.wsgi.api import application
    from cyborg.common import constants
    from cyborg.common import service as workers
    from cyborg.accelerator.drivers.fake import FakeDriver
    from cyborg.conductor.rpcapi import ConductorAPI
    from cyborg.conf import CONF
    from cyborg import context

    workers.RPCService(
        "cyborg.conductor.manager", "ConductorManager", constants.CONDUCTOR_TOPIC
    ).start()
    # A process has one agent, that of host1; the devices of the other hosts are reported once, in their names.
    for host in ("host2", "host3"):
        CONF.set_override("host", host)
        ConductorAPI().report_data(context.get_admin_context(), host, FakeDriver().discover())
    CONF.clear_override("host")
    workers.RPCService("cyborg.agent.manager", "AgentManager", constants.AGENT_TOPIC).start()

    def mounted(environ, start_response):
        # The links of its versions lead below /accelerator, where a web server has it.
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/accelerator")
        return application(environ, start_response)

    return mounted


application = globals()[service]()

import waitress  # noqa: E402

waitress.serve(application, host="127.0.0.1", port=port, threads=8)
