import { describe, expect, it } from 'vitest';
import { conditionText, Placeholders } from '#adapters/dynamodb/expressions';
import { Service } from '#objects/compute/service';
import type { AnyObject } from '#objects/versioned/any-object';
import { InstanceInfoCache } from '#objects/instance/instance-info-cache';
import { NovaError } from '#errors';
import type { Condition } from '#ports/conditions';
import type { Json } from '#ports/json';
import type { Tables } from '#ports/tables';
import type { Records } from '#records/method';
import { startAction } from '#records/methods/instance-action';
import { startEvent } from '#records/methods/instance-action-event';
import { callClass, callMethod, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { call, METHODS } from '../security/authority-calls.ts';
import { authorityWorld, OWNERS } from '../security/authority-world.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

/** Bytes of an expression that DynamoDB takes; emulators take longer ones. */
const MOST_BYTES = 4096;

const BRIDGE = Array.from({ length: 1000 }, (_, at) => `host${at}`);
const EVENT = 'compute__do_build_and_run_instance';

type Write = (records: Records) => Promise<Json>;

/** The service of a host that has registered. */
async function registered({ tables }: Pick<Records, 'tables'>, host: string): Promise<AnyObject> {
  const service = Service.make({ host, binary: 'nova-compute', topic: 'compute', report_count: 1 });
  await callMethod(recordsOn(tables), service, 'create');
  return Service.load({ id: 1, host, binary: 'nova-compute', report_count: 1 });
}

const WRITES: readonly (readonly [title: string, write: Write])[] = [
  [
    'a server is saved',
    async (records) => {
      const server = await storedInstance(recordsOn(records.tables), { host: 'host700' });
      server.assign('display_name', 'web');
      return callMethod(records, server, 'save');
    },
  ],
  [
    'a server is destroyed',
    async (records) => {
      const server = await storedInstance(recordsOn(records.tables), { host: 'host700' });
      return callMethod(records, server, 'destroy');
    },
  ],
  [
    'the networks of a server are saved',
    async (records) => {
      await storedInstance(recordsOn(records.tables), { host: 'host700' });
      const cache = InstanceInfoCache.load({ instance_uuid: UUID, network_info: '[]' });
      return callMethod(records, cache.set('network_info', '[{}]'), 'save');
    },
  ],
  [
    'a host is alive',
    async (records) => {
      const service = await registered(records, 'host700');
      service.assign('report_count', 2);
      return callMethod(records, service, 'save');
    },
  ],
  [
    'an event is ended',
    async (records) => {
      const { tables } = records;
      await storedInstance(recordsOn(tables), { host: 'host700' });
      await startAction(recordsOn(tables), UUID, 'create');
      await startEvent(recordsOn(tables), { uuid: UUID, event: EVENT, host: 'host700' });
      return callClass(records, 'InstanceActionEvent', 'event_finish', UUID, EVENT);
    },
  ],
];

/** Tables that note how long the conditions of writes are, in bytes of their expressions. */
function measured(tables: Tables = memoryTables().tables) {
  const bytes: number[] = [];
  const note = (condition: Condition | undefined): void => {
    if (condition !== undefined) bytes.push(Buffer.byteLength(conditionText(condition, new Placeholders())));
  };
  const watched = watching<Tables>(tables, {
    put: (table, item, condition) => {
      note(condition);
      return tables.put(table, item, condition);
    },
    update: (table, key, update, condition) => {
      note(condition);
      return tables.update(table, key, update, condition);
    },
    transact: (actions) => {
      for (const { condition } of actions) note(condition);
      return tables.transact(actions);
    },
  });
  return { tables: watched, bytes };
}

describe('a bridge of a thousand hosts', () => {
  it.each(WRITES)('keeps within what a condition takes when %s', async (_title, write) => {
    const { tables, bytes } = measured();

    await write(recordsOn(tables, { hosts: BRIDGE }));

    expect(bytes.length).toBeGreaterThan(0);
    expect(bytes.filter((length) => length > MOST_BYTES)).toEqual([]);
  });

  it('keeps, where it has two hundred, within it by every method about what hosts own', async () => {
    const long: string[] = [];
    let conditions = 0;

    for (const listed of METHODS.filter(({ authority }) => !['api', 'facts'].includes(authority.rule))) {
      const world = await authorityWorld(BRIDGE.slice(0, 200));
      const { tables, bytes } = measured(world.tables);
      await call({ ...world, tables }, listed, { ...OWNERS.host1 }).catch(mustBeNova);
      conditions += bytes.length;
      if (bytes.some((length) => length > MOST_BYTES)) long.push(listed.name);
    }

    expect(long).toEqual([]);
    expect(conditions).toBeGreaterThan(30);
  });
});

/** What a method refuses is refused before or by a write; anything else is a mistake of the test. */
function mustBeNova(error: unknown): void {
  if (!(error instanceof NovaError)) throw error;
}
