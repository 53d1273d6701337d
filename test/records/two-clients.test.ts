import { deepStrictEqual } from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyUpdates } from '#wire/wire';
import { instanceKey } from '#records/keys';
import { fieldsOf, mapOf } from '#wire/reading';
import { mustBeWire } from '#wire/wire-object';
import { callClass, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { answerOf, asked, changed, lacking, received, type Client } from './instance-client.ts';
import { destroyed, pick, refreshed, saved, type Guards, type Held, type Row, type Ruling } from './instance-rules.ts';

const CELL = 'cell-cell1';

const vmState = fc.constantFrom('active', 'building', 'stopped', 'error');
const taskState = fc.constantFrom(null, 'rebooting', 'spawning', 'deleting');
const host = fc.constantFrom(null, 'host1', 'host2');
const map = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2'), { maxKeys: 2, noNullPrototype: true });
const networks = fc.constantFrom('[]', '[{"id": "port-1"}]', '[{"id": "port-2"}]');

/** A node goes with its id, as computes send them. */
const PLACES = [
  { node: null, compute_id: null },
  { node: 'host1', compute_id: 1 },
  { node: 'host2', compute_id: 2 },
] as const;

/** What a client may change before it saves, or asks for anything else. */
const changes = fc.record(
  {
    vm_state: vmState,
    task_state: taskState,
    host,
    place: fc.constantFrom(...PLACES),
    power_state: fc.constantFrom(0, 1, 4),
    progress: fc.constantFrom(0, 50),
    display_name: fc.constantFrom(null, 'web'),
    locked: fc.boolean(),
    metadata: map,
    system_metadata: map,
  },
  { requiredKeys: [], noNullPrototype: true },
);

const expectation = <T>(state: fc.Arbitrary<T>) => fc.oneof(state, fc.array(state, { minLength: 1, maxLength: 3 }));

const call = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      method: fc.constant('save' as const),
      guards: fc.record(
        {
          expected_vm_state: expectation(vmState),
          expected_task_state: expectation(taskState),
          admin_state_reset: fc.boolean(),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ method: fc.constant('refresh' as const), guards: fc.constant({}) }) },
  { weight: 1, arbitrary: fc.record({ method: fc.constant('destroy' as const), guards: fc.constant({}) }) },
);

const step = fc.record({
  client: fc.constantFrom(0, 1),
  changes: fc.oneof(
    { weight: 3, arbitrary: changes.map(({ place, ...rest }) => ({ ...rest, ...place })) },
    { weight: 1, arbitrary: fc.constant({}) },
  ),
  networks: fc.option(networks, { freq: 4 }),
  /**
   * A caller that does as Nova's own objects do forgets the id of what it destroyed; one may not have loaded the host.
   */
  without: fc.constantFrom(null, null, null, null, null, null, 'id', 'host'),
  call,
});

/** What a call comes to by the rules. */
function ruled(method: 'destroy' | 'refresh' | 'save', row: Row, held: Held, guards: Guards): Ruling {
  if (method === 'save') return saved(row, held, guards);
  return method === 'refresh' ? refreshed(row, held) : destroyed(row, held);
}

test('two clients and a model of the rules find no difference in random sequences', { timeout: 300_000 }, async () => {
  const { tables } = memoryTables();
  const records = recordsOn(tables);
  await storedInstance(records);
  const pristine = (await tables.get(CELL, instanceKey(UUID))) ?? { ...instanceKey(UUID) };
  const loaded = mustBeWire(
    received(await callClass(records, 'Instance', 'get_by_uuid', UUID, ['info_cache', 'metadata', 'system_metadata'])),
    'the instance',
  );
  const { info_cache, ...columns } = loaded['nova_object.data'];
  const first: Row = { columns, networks: fieldsOf(info_cache)['network_info'] ?? null };
  const names = [...Object.keys(columns), 'network_info'];
  const seen = new Set<string>();

  const sequences = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
    await tables.put(CELL, pristine);
    let row = first;
    const held: Held = { fields: columns, dirty: new Set(), networks: first.networks, networksDirty: false };
    const clients: Client[] = [
      { wire: loaded, held },
      { wire: loaded, held },
    ];
    for (const {
      client,
      changes: fields,
      networks: network,
      without,
      call: { method, guards },
    } of steps) {
      const before = clients[client];
      if (before === undefined) throw new Error('there are two clients');
      const set = changed(before, fields, network);
      const sent = without === null || method !== 'destroy' ? set : lacking(set, without);

      const ruling = ruled(method, row, sent.held, guards);
      const { raw, answer } = await asked(records, sent.wire, method, guards);

      deepStrictEqual(answer, answerOf(sent.held, ruling));
      row = ruling.row;
      const { updated_at: _written, ...stored } = pick(mapOf(await tables.get(CELL, instanceKey(UUID))), names);
      const { updated_at: _ruled, ...wanted } = row.columns;
      deepStrictEqual(stored, { ...wanted, network_info: row.networks });
      clients[client] = raw === undefined ? sent : { wire: applyUpdates(sent.wire, raw), held: ruling.held };
      seen.add(`${method} ${ruling.error?.name ?? 'done'}`);
    }
  });

  await fc.assert(sequences, { numRuns: PROPERTY_RUNS, seed: 26 });
  expect([...seen].toSorted()).toEqual([
    'destroy InstanceNotFound',
    'destroy ObjectActionError',
    'destroy done',
    'refresh InstanceNotFound',
    'refresh done',
    'save InstanceNotFound',
    'save InstanceUpdateConflict',
    'save UnexpectedDeletingTaskStateError',
    'save UnexpectedTaskStateError',
    'save done',
  ]);
});
