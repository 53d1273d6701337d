import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { Forbidden, NovaError } from '#errors';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Attributes } from '#ports/tables';
import type { Records } from '#records/method';
import { cellTable, faultKey, instanceKey } from '#records/keys';
import { HOSTS, hostsAttribute, involved } from '#records/operation';
import { destroyedBy, givenUp, givenUpBy, givenUpHosts } from '#records/items/given-up';
import { conductorBase } from '#object-rpc/base-namespace';
import { GIVEN_UP_ANSWERS } from '#object-rpc/given-up-answers';
import { startAction } from '#records/methods/instance-action';
import { startEvent } from '#records/methods/instance-action-event';
import { METHODS } from '../security/authority-calls.ts';
import { newObject, setFields } from '#wire/wire';
import { mapOf } from '#wire/reading';
import { dispatch } from '#rpc/dispatch';
import { rejected } from '../fixtures/rejected.ts';
import { CONTEXT, NOW, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

const TABLE = cellTable('cell1');
const EVENT = { instance_uuid: UUID, event_name: 'compute__do_build_and_run_instance', want_result: false };

/** A server on host2 that host1 was given up for. */
async function takenFromHost1(more: Partial<Records> = {}) {
  const { tables } = memoryTables();
  const log = new MemoryLog();
  await storedInstance(recordsOn(tables), { host: 'host2' });
  await startAction(recordsOn(tables), UUID, 'create');
  const event = { uuid: UUID, event: EVENT.event_name, host: 'host1' };
  await startEvent(recordsOn(tables, { hosts: ['host1'], process: 'reply-1' }), event);
  const marks = {
    ...involved('host2'),
    ...givenUp({ operation: 'launch', request: CONTEXT.request_id, at: Date.parse(NOW) }, 'host1'),
  };
  await tables.update(TABLE, instanceKey(UUID), { set: marks });
  const asHost = (...hosts: string[]) => recordsOn(tables, { hosts, log, ...more });
  const item = async (): Promise<Attributes> => (await tables.get(TABLE, instanceKey(UUID))) ?? {};
  return { tables, log, asHost, item };
}

/** The server as a compute sends it, with these fields changed. */
function server(fields: JsonMap): WireObject {
  const { 'nova_object.changes': _none, ...known } = newObject('Instance', '2.7', {
    uuid: UUID,
    id: 1,
    project_id: 'p-blue',
    user_id: 'alice',
  });
  return setFields(known, fields);
}

/** Calls as a compute does. */
function call(records: Records, method: string, args: JsonMap): Promise<Json> {
  return dispatch(conductorBase, { namespace: null, version: '3.0', method })(records, args);
}

const save = (fields: JsonMap): [string, JsonMap] => [
  'object_action',
  { objinst: server(fields), objmethod: 'save', args: [], kwargs: {} },
];

const onObject = (type: string, version: string, objmethod: string, fields: JsonMap): [string, JsonMap] => [
  'object_action',
  { objinst: newObject(type, version, fields), objmethod, args: [], kwargs: {} },
];

const ofClass = (objname: string, version: string, objmethod: string, kwargs: JsonMap): [string, JsonMap] => [
  'object_class_action_versions',
  { objname, objmethod, object_versions: { [objname]: version }, args: [], kwargs },
];

/** What a compute calls when its spawn has failed, or has succeeded too late. */
const CLEAN_UP: readonly (readonly [what: string, call: readonly [string, JsonMap]])[] = [
  ['the save of a built server', save({ vm_state: 'active', task_state: null, power_state: 1 })],
  ['the save that takes it off the host', save({ host: null, node: null })],
  ['the save of its metadata', save({ system_metadata: { network_allocated: 'False' } })],
  ['the save before it asks for another host', save({ host: null, task_state: 'scheduling' })],
  ['the save of an error', save({ vm_state: 'error', task_state: null, host: null })],
  [
    'its networks',
    onObject('InstanceInfoCache', '1.5', 'save', { instance_uuid: UUID, network_info: '[{"id": "port"}]' }),
  ],
  ['a look at its networks', onObject('InstanceInfoCache', '1.5', 'refresh', { instance_uuid: UUID })],
  [
    'its fault',
    onObject('InstanceFault', '1.2', 'create', { instance_uuid: UUID, code: 500, message: 'x', host: 'host1' }),
  ],
  ['the end of its event', ofClass('InstanceActionEvent', '1.4', 'event_finish', EVENT)],
  [
    'the failure of its event',
    ofClass('InstanceActionEvent', '1.4', 'event_finish_with_failure', { ...EVENT, exc_val: 'no', exc_tb: 'tb' }),
  ],
  ['its interfaces', ofClass('VirtualInterface', '1.3', 'delete_by_instance_uuid', { instance_uuid: UUID })],
];

describe('what a host that was given up calls in its clean-up', () => {
  it.each(CLEAN_UP)('is answered and not written: %s', async (_what, [method, args]) => {
    const { tables, log, asHost, item } = await takenFromHost1();
    const before = await item();

    const answered = await call(asHost('host1'), method, args);

    const [updates = null] = Array.isArray(answered) ? answered : [];
    expect(Array.isArray(answered) ? mapOf(updates)['obj_what_changed'] : []).toEqual(
      args['objmethod'] === 'refresh' ? ['instance_uuid'] : [],
    );
    const { 'op:acted:host1': acted, ...after } = await item();
    expect(after).toEqual(before);
    expect(acted).toMatch(/^2026-11-22T12:00:00Z \w+\.\w+$/u);
    expect(log.counts.get('given_up_calls')).toBe(1);
    expect(log.lines.map(({ fields }) => fields['host'])).toEqual(['host1']);
    const { items } = await tables.query(TABLE, { partition: faultKey(UUID, '').pk, sortPrefix: 'fault#' });
    expect(items).toEqual([]);
  });

  it.each(CLEAN_UP)('is Forbidden to a host that was never given the server: %s', async (_what, [method, args]) => {
    const { asHost, log } = await takenFromHost1();

    const error = await rejected(call(asHost('host3'), method, args));

    expect(causeOf(error)).toBeInstanceOf(Forbidden);
    expect(log.counts.get('given_up_calls')).toBeUndefined();
  });

  it('is carried out again once another request has given it the server anew', async () => {
    const { asHost, tables, item } = await takenFromHost1({ context: { ...CONTEXT, request_id: 'req-later' } });
    await tables.update(TABLE, instanceKey(UUID), { set: { [HOSTS]: hostsAttribute('host1') } });

    await call(asHost('host1'), ...save({ vm_state: 'active', task_state: null, power_state: 1 }));

    expect(await item()).toMatchObject({ power_state: 1 });
    expect(givenUpHosts(await item())).toMatchObject([{ acted: undefined }]);
  });

  it.each(CLEAN_UP)(
    'is answered and not written in the request in which it was given up: %s',
    async (_what, [method, args]) => {
      const { asHost, tables, item } = await takenFromHost1();
      await tables.update(TABLE, instanceKey(UUID), { set: involved('host1'), remove: [givenUpBy('host1')] });
      const before = await item();

      await call(asHost('host1'), method, args);

      expect(await item()).toEqual(before);
    },
  );
});

/** What begins work on a server, or goes on with it. */
const WORK: typeof CLEAN_UP = [
  ['the save that begins a build', save({ vm_state: 'building', task_state: null })],
  ['the save that takes the server to itself', save({ host: 'host1', node: 'host1' })],
  ['the save of the next task', save({ task_state: 'spawning' })],
  ['a new event', ofClass('InstanceActionEvent', '1.4', 'event_start', { ...EVENT, host: 'host1' })],
  ['a look at the server', ofClass('Instance', '2.7', 'get_by_uuid', { uuid: UUID })],
  ['its devices', ofClass('BlockDeviceMappingList', '1.18', 'get_by_instance_uuid', { instance_uuid: UUID })],
  ['its deletion', onObject('Instance', '2.7', 'destroy', { uuid: UUID, id: 1, host: 'host1' })],
];

describe('anything else that it calls for the server', () => {
  it.each(WORK)('is Forbidden: %s', async (_what, [method, args]) => {
    const { asHost, item, log } = await takenFromHost1();
    const before = await item();

    const error = await rejected(call(asHost('host1'), method, args));

    expect(causeOf(error)).toBeInstanceOf(Forbidden);
    expect(await item()).toEqual(before);
    expect(log.counts.get('given_up_calls')).toBeUndefined();
  });
});

/** The order by which host1 is to destroy its guest. */
const ORDER = 'req-11111111-2222-4333-8444-555555555555';

/** What it calls in that order (nova ComputeManager `rollback_live_migration_at_destination`). */
const DESTROYS: typeof CLEAN_UP = [
  [
    'the begin of its event',
    ofClass('InstanceActionEvent', '1.4', 'event_start', {
      ...EVENT,
      event_name: 'compute_rollback_live_migration_at_destination',
      host: 'host1',
    }),
  ],
  ['a look at the server', ofClass('Instance', '2.7', 'get_by_uuid', { uuid: UUID })],
  ['its devices', ofClass('BlockDeviceMappingList', '1.18', 'get_by_instance_uuid', { instance_uuid: UUID })],
  [
    'its networks',
    onObject('InstanceInfoCache', '1.5', 'save', { instance_uuid: UUID, network_info: '[{"id": "port"}]' }),
  ],
  [
    'a failure',
    ofClass('InstanceActionEvent', '1.4', 'event_finish_with_failure', { ...EVENT, exc_val: 'no', exc_tb: 'tb' }),
  ],
];

/** The same, after host1 was ordered to destroy its guest; it speaks in that order. */
async function destroying(requestId = ORDER) {
  const taken = await takenFromHost1({ context: { ...CONTEXT, request_id: requestId } });
  await taken.tables.update(TABLE, instanceKey(UUID), { set: { [destroyedBy('host1')]: ORDER } });
  return taken;
}

describe('what a host that was given up calls while it destroys its guest', () => {
  it.each(DESTROYS)('is answered and not written: %s', async (_what, [method, args]) => {
    const { asHost, item, log } = await destroying();
    const before = await item();

    await call(asHost('host1'), method, args);

    expect(await item()).toEqual(before);
    expect(log.counts.get('given_up_calls')).toBeUndefined();
  });

  it('ends what is noted of it when it has done it', async () => {
    const { asHost, item, log } = await destroying();

    await call(asHost('host1'), ...ofClass('InstanceActionEvent', '1.4', 'event_finish', EVENT));

    expect(givenUpHosts(await item())).toEqual([]);
    expect(log.counts.get('second_guests_destroyed')).toBe(1);
  });

  it('is Forbidden in another request, so that its own work does not go on', async () => {
    const { asHost } = await destroying('req-other');
    const [, [method, args]] = DESTROYS[0] ?? ['', ['', {}]];

    const error = await rejected(call(asHost('host1'), method, args));

    expect(causeOf(error)).toBeInstanceOf(Forbidden);
  });

  it('is Forbidden once it is given the server anew, so that an old order destroys no guest', async () => {
    const { asHost, tables } = await destroying();
    const { item } = await tables.update(TABLE, instanceKey(UUID), { remove: [givenUpBy('host1')] });

    const error = await rejected(call(asHost('host1'), ...(DESTROYS[0]?.[1] ?? ['', {}])));

    expect(causeOf(error)).toBeInstanceOf(Forbidden);
    expect(item).toMatchObject({ host: 'host2' });
  });
});

describe('the table of answers', () => {
  it('names remotable methods that are served', () => {
    const served = METHODS.map(({ name }) => name);

    expect(Object.keys(GIVEN_UP_ANSWERS).filter((name) => !served.includes(name))).toEqual([]);
  });
});

const causeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof NovaError ? error.cause : error;

it('no host is listed when none was given up', () => {
  expect(givenUpHosts({ [HOSTS]: hostsAttribute('host1'), request_id: CONTEXT.request_id })).toEqual([]);
});

/** A compute looks for the guests whose servers are deleted. */
const lookThrough = (records: Records): Promise<Json> =>
  call(
    { ...records, context: { ...records.context, read_deleted: 'yes' } },
    ...ofClass('InstanceList', '2.6', 'get_by_filters', { filters: { uuid: [UUID], deleted: true } }),
  );

describe('a server that is deleted', () => {
  it('is found by a host that was given up for it, so that its compute does away with the guest', async () => {
    const { asHost, tables } = await takenFromHost1();
    await tables.update(TABLE, instanceKey(UUID), {
      set: { deleted: true, ...involved('host1'), ...involved('host2') },
    });

    const found = await lookThrough(asHost('host1'));

    expect(JSON.stringify(found)).toContain(UUID);
  });

  it.each([
    ['a host that never had it', 'host3', true],
    ['that host while it lives', 'host1', false],
  ])('is not found by %s', async (_who, host, deleted) => {
    const { asHost, tables } = await takenFromHost1();
    const marks = { ...involved('host1'), ...involved('host2') };
    await tables.update(TABLE, instanceKey(UUID), { set: { deleted, ...marks, [HOSTS]: hostsAttribute('host2') } });

    const found = await lookThrough(asHost(host));

    expect(JSON.stringify(found)).not.toContain(UUID);
  });
});
