"""Makes the tables of Neutron from its models, since its migrations do not run on SQLite: tables.py FILE."""

import sys

import sqlalchemy
from neutron.db.migration.models import head  # noqa: F401
from neutron_lib.db import model_base

engine = sqlalchemy.create_engine("sqlite:///" + sys.argv[1])
model_base.BASEV2.metadata.create_all(engine)
