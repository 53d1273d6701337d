import { describe, expect, test } from 'vitest';
import { InstanceNotFound } from '#errors';
import { instanceItem } from '#records/items/instance';
import { registerToken } from '#operations/register-token';
import type { WaitingTask } from '#operations/waiting-task';
import { exists } from '#ports/conditions';
import { destroyInstance } from '#records/instance-destroy';
import { cellTable, instanceKey, REQUESTS } from '#records/keys';
import { operationNames, operationState } from '#records/operation';
import { UUID } from '../fixtures/records.ts';
import { waits } from '../fixtures/building-instance.ts';
import { watching } from '../fixtures/watching.ts';
import { explore, type Explored, type Schedule } from './explore.ts';
import { REAL, ServerModel, type Parts } from './server-model.ts';

/** States of one play: `npm run model` takes many more. */
const STATES = Number(process.env['MODEL_STATES'] ?? 400);
/** Without a fault every state is reached. */
const EVERY = 20_000;

type Play = (parts: Parts) => (schedule: Schedule) => Promise<ServerModel>;

const LIVE = operationNames('live-migrate');
const REBUILD = operationNames('rebuild');

const arrived = { host: 'host2', node: 'host2', compute_id: 2, task_state: null };
const live = { hosts: ['host1', 'host2'], set: { [LIVE.migration]: 'm' }, task: 'migrating' };
const inPlace = { hosts: ['host1'], task: 'rebuilding' };

const all = (model: ServerModel, wanted: Readonly<Record<string, readonly string[]>>): string[] =>
  Object.entries(wanted).flatMap(([name, outcomes]) => {
    const outcome = model.outcomes.get(name) ?? 'never';
    return outcomes.includes(outcome) ? [] : [`${name} ended as ${outcome}`];
  });

/** A live migration, and a rebuild that its user asks for as soon as the server shows no task. */
const requestRightAfter: Play = (parts) => async (schedule) => {
  const model = await ServerModel.make(parts, { task_state: 'migrating' });
  return model
    .request(schedule, 'live-migrate', 'moving', live)
    .host(schedule, 'host2', 'moving', [arrived])
    .migrates(schedule, {
      host: 'host1',
      type: 'live-migration',
      status: 'completed',
      once: (item) => instanceItem(item).host === 'host2',
    })
    .asks(schedule, 'rebuilding', () => {
      model
        .request(schedule, 'rebuild', 'rebuilding', { hosts: ['host2'], task: 'rebuilding' })
        .host(schedule, 'host2', 'rebuilding', [{ task_state: null }]);
    })
    .andInTheEnd(() => all(model, { moving: ['done'], rebuilding: ['done'] }));
};

/** Two rebuilds that read the server before either has written. */
const twoAtOnce: Play = (parts) => async (schedule) => {
  const model = await ServerModel.make(parts, { task_state: 'rebuilding' });
  return model
    .request(schedule, 'rebuild', 'first', inPlace)
    .request(schedule, 'rebuild', 'second', inPlace)
    .host(schedule, 'host1', 'first', [{ task_state: null }])
    .host(schedule, 'host1', 'second', [{ task_state: null }])
    .andInTheEnd(() => all(model, { first: ['done', 'refused', 'error'], second: ['done', 'refused', 'error'] }));
};

/** A cold and a live migration at once. */
const coldAndLive: Play = (parts) => async (schedule) => {
  const model = await ServerModel.make(parts, { task_state: 'migrating' });
  return model
    .request(schedule, 'live-migrate', 'live', live)
    .request(schedule, 'unshelve', 'other', { hosts: ['host1'], task: 'unshelving' })
    .host(schedule, 'host2', 'live', [arrived])
    .migrates(schedule, {
      host: 'host1',
      type: 'live-migration',
      status: 'completed',
      once: (item) => instanceItem(item).host === 'host2',
    });
};

/** An evacuation to host2, and a user who deletes by an order to host1, which had the server. */
const deletedMeanwhile: Play = (parts) => async (schedule) => {
  const model = await ServerModel.make(parts, { task_state: 'rebuilding' });
  return model
    .request(schedule, 'rebuild', 'evacuating', {
      hosts: ['host2'],
      set: { [REBUILD.destination]: 'host2' },
      task: 'rebuilding',
    })
    .host(schedule, 'host2', 'evacuating', [{ task_state: null }, { host: 'host2' }])
    .deletes(schedule, 'host1')
    .andInTheEnd(() => all(model, { evacuating: ['done', 'deleted', 'error'] }));
};

/** An evacuation without a migration: the server is its destination's only after its task has ended. */
const withoutMigration =
  (set: Readonly<Record<string, string>>): Play =>
  (parts) =>
  async (schedule) => {
    const model = await ServerModel.make(parts, { task_state: 'rebuilding' });
    const order = { hosts: ['host2'], set, task: 'rebuilding' };
    return model
      .request(schedule, 'rebuild', 'evacuating', order)
      .host(schedule, 'host2', 'evacuating', [{ task_state: null }, { host: 'host2' }])
      .whenEnded('evacuating', (item) =>
        instanceItem(item).host === 'host2' ? [] : ['it ended before the server had moved'],
      );
  };

/** Owns without a look at what it read: the condition is on its own operation alone. */
const unconditioned: Parts['acquire'] = async ({ tables }, { operation, uuid, execution }) => {
  const key = instanceKey(uuid);
  const found = await tables.get(cellTable('cell1'), key);
  if (found === undefined) throw new InstanceNotFound({ instance_id: uuid });
  const names = operationNames(operation);
  if ((found[names.owner] ?? null) !== null)
    return REAL.acquire({ tables, executions }, { operation, uuid, execution, cell: { name: 'cell1', uuid: 'c-1' } });
  const update = { set: { [names.owner]: execution, [names.attempt]: 0 } };
  return (await tables.update(cellTable('cell1'), key, update, exists)).item;
};

const executions = {
  start: () => Promise.reject(new Error('nothing is started')),
  status: async () => 'RUNNING' as const,
  succeed: () => Promise.reject(new Error('nothing succeeds')),
  fail: () => Promise.reject(new Error('nothing fails')),
};

/** Settles a live migration once no task runs, whoever has set it. */
const byTask: Pick<Parts, 'settle' | 'settleMigration' | 'register'> = {
  settle: async (services, item) => {
    const busy = operationState(item, 'live-migrate').owner !== null && (item['task_state'] ?? null) !== null;
    if (!busy) await REAL.settle(services, item);
  },
  settleMigration: async (services, table, { status = null }) => {
    const key = instanceKey(UUID);
    const { item } = await services.tables.update(table, key, { set: { [LIVE.migrationStatus]: status } }, exists);
    await byTask.settle(services, item);
  },
  register: async (services, wait) => {
    const item = await services.tables.get(cellTable('cell1'), instanceKey(wait.uuid));
    const busy = wait.operation === 'live-migrate' && (item?.['task_state'] ?? null) !== null;
    if (!busy) return registerToken(services, wait);
    await waits(services.tables, wait);
    const set = { [LIVE.attempt]: 1, 'op:hosts': '|host1|host2|' };
    const updated = await services.tables.update(cellTable('cell1'), instanceKey(wait.uuid), {
      set,
      remove: ['op:ended'],
    });
    return { kind: 'waiting', item: updated.item };
  },
};

/** Looks at the server before its token is kept. */
const lookingFirst: Parts['register'] = async (services, wait) => {
  const kept: WaitingTask[] = [];
  const tables = watching(services.tables, {
    update: (table, key, update, condition) => {
      if (table === REQUESTS && kept.push(wait) > 0) return Promise.resolve({ item: { ...key }, repeated: false });
      return services.tables.update(table, key, update, condition);
    },
  });
  const registered = await registerToken({ ...services, tables }, wait);
  for (const task of kept) await waits(services.tables, task);
  return registered;
};

/** Refuses the deletion by a host that was fenced. */
const fenced: Parts['destroy'] = async (records, instance, options) => {
  const item = await records.tables.get(cellTable('cell1'), instanceKey(UUID));
  const hosts = item?.['op:hosts'];
  const mayWrite = typeof hosts !== 'string' || records.hosts?.some((host) => hosts.includes(`|${host}|`)) === true;
  if (!mayWrite) throw new InstanceNotFound({ instance_id: 'fenced' });
  return destroyInstance(records, instance, options);
};

const play = (scene: Play, parts: Partial<Parts> = {}): Promise<Explored> =>
  explore(scene({ ...REAL, ...parts }), { faults: 0, states: EVERY });

/** The same with one call that is turned away, or whose answer is lost. */
const playWithFault = (scene: Play): Promise<Explored> => explore(scene(REAL), { faults: 1, states: STATES });

const EVACUATED = { [REBUILD.destination]: 'host2' };

describe('in every order of what is read and written', () => {
  test.each([
    ['a request right after a live migration is done, and neither waits for ever', requestRightAfter],
    ['two requests at once have one owner', twoAtOnce],
    ['two requests of different kinds at once have one owner', coldAndLive],
    ['a deletion wins over an evacuation', deletedMeanwhile],
    ['an evacuation without a migration ends after the server has moved', withoutMigration(EVACUATED)],
  ])('%s', async (_title, scene) => {
    const { broken, complete, states } = await play(scene);
    const withFault = await playWithFault(scene);

    expect([broken, withFault.broken]).toEqual([undefined, undefined]);
    expect(complete).toBe(true);
    expect(states).toBeGreaterThan(8);
  });
});

describe('the model finds', () => {
  test.each([
    [
      'an operation that is settled by a task_state which the next request writes',
      requestRightAfter,
      byTask,
      'waits for ever',
    ],
    ['an owner that was written without a condition on what was read', twoAtOnce, { acquire: unconditioned }, ''],
    [
      'a deletion that is refused because its host was fenced',
      deletedMeanwhile,
      { destroy: fenced },
      'the deletion was lost',
    ],
    ['an evacuation that ends with its task', withoutMigration({}), {}, 'before the server had moved'],
    [
      'a token that is kept after the look at the server',
      deletedMeanwhile,
      { register: lookingFirst },
      'waits for ever',
    ],
  ] as const)('%s', async (_title, scene, parts, what) => {
    const { broken } = await play(scene, parts);

    expect(broken?.what.join('\n')).toContain(what);
  });
});
