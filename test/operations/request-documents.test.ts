import { describe, expect, it } from 'vitest';
import { KeySealer } from '#local/emulation/key-sealer';
import { noteOnOperation, readOperation } from '#operations/operation-document';
import { noteSelections, readRequest } from '#operations/request-document';
import { storeRequest, type NewRequest } from '#operations/store-request';
import { writeTogether } from '#operations/write-together';
import { absent } from '#ports/conditions';
import { DEFAULTS } from '#ports/configuration';
import type { JsonMap } from '#ports/json';
import type { Action, Tables } from '#ports/tables';
import { documentKey, instanceDocumentKey, MAPPINGS, REQUESTS } from '#records/keys';
import { fieldsOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { CONTEXT, NOW } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { instanceGroup, requestSpec } from '../fixtures/request-spec.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const COMMON = {
  context: CONTEXT,
  image: { id: 'i' },
  admin_password: 'xyz-secret',
  injected_files: null,
  requested_networks: null,
  block_device_mapping: null,
  tags: null,
};
const document = (fields: JsonMap = {}) => ({
  request_spec: requestSpec(fields),
  build_request: null,
  reschedule: null,
});

function world() {
  const { tables, requests } = memoryTables();
  const clock = { now: () => Date.parse(NOW), timer: () => () => undefined };
  const config = { ...DEFAULTS, requestDays: 2 };
  return { tables, requests, clock, config, sealer: new KeySealer(new Uint8Array(32)) };
}

/** A request for these servers, each of which has a document. */
const requestFor = (uuids: readonly string[], more: Partial<NewRequest> = {}): NewRequest => ({
  key: 'r1',
  method: 'build_instances',
  requestId: 'req-1',
  digest: 'd1',
  common: COMMON,
  instances: uuids.map((uuid) => ({ uuid, document: document() })),
  ...more,
});
/** Leaves documents as long as they are. */
const PLAIN = { seal: async (plain: string) => plain, open: async (sealed: string) => sealed };
const none = () => Promise.resolve([]);
const names = (count: number) => Array.from({ length: count }, (_, at) => `u${at}`);
/** One record of each server. */
const record = async (uuid: string): Promise<readonly Action[]> => [
  { kind: 'put', table: MAPPINGS, item: { pk: uuid, sk: 'record' }, condition: absent },
];

describe('a request that is stored', () => {
  it('lies sealed, with what distinguishes it from others, for as long as the deployment keeps requests', async () => {
    const services = world();

    expect(await storeRequest(services, requestFor(['u0']), none)).toEqual({ kind: 'stored', uuids: ['u0'] });

    const item = await services.tables.get(REQUESTS, documentKey('r1'));
    const expires_at = Math.floor(Date.parse(NOW) / 1000) + 2 * 86_400;
    expect(item).toMatchObject({ method: 'build_instances', request_id: 'req-1', digest: 'd1', expires_at });
    expect(await services.tables.get(REQUESTS, instanceDocumentKey('r1', 'u0'))).toMatchObject({ expires_at });
    expect(JSON.stringify(services.tables.dump())).not.toContain('xyz-secret');
  });

  it('is read back with its servers, and other items besides', async () => {
    const services = world();
    await storeRequest(services, requestFor(['u0', 'u1']), record);

    const others = [{ table: MAPPINGS, key: { pk: 'u1', sk: 'record' } }];
    const read = await readRequest(services, 'r1', ['u1', 'u9', 'u0'], others);

    expect(read).toEqual({
      common: COMMON,
      reservation: undefined,
      others: [{ pk: 'u1', sk: 'record' }],
      instances: [
        { uuid: 'u1', document: document(), selections: undefined },
        undefined,
        { uuid: 'u0', document: document(), selections: undefined },
      ],
    });
  });

  it.each([
    [1, 'with what it shares', 'short', undefined],
    [1, 'apart', 'x'.repeat(33_000), expect.any(String)],
    [2, 'apart', 'short', expect.any(String)],
  ])('of %d servers has the document of each sealed %s [%#]', async (count, _where, admin_password, sealed) => {
    const services = world();
    const request = requestFor(names(count), { common: { ...COMMON, admin_password } });

    await storeRequest(services, request, none);
    const { common, instances } = await readRequest(services, 'r1', names(count));

    const item = await services.tables.get(REQUESTS, instanceDocumentKey('r1', 'u0'));
    expect(item?.['sealed']).toEqual(sealed);
    expect(common).toEqual({ ...COMMON, admin_password });
    expect(instances.map((each) => each?.document)).toEqual(names(count).map(() => document()));
  });

  it('is read as nothing where it has expired', async () => {
    expect(await readRequest(world(), 'r1', [])).toEqual({
      common: undefined,
      reservation: undefined,
      others: [],
      instances: [],
    });
  });

  it('names a server without a document in its key alone', async () => {
    const services = world();
    const instances = [{ uuid: 'u0', document: null }];

    expect(await storeRequest(services, requestFor([], { instances }), record)).toEqual({
      kind: 'stored',
      uuids: ['u0'],
    });

    expect(await services.tables.get(REQUESTS, instanceDocumentKey('r1', 'u0'))).toBeUndefined();
    expect(await services.tables.get(MAPPINGS, { pk: 'u0', sk: 'record' })).toBeUndefined();
  });

  it.each([1, 23, 24, 25, 60])('of %i servers has them all, in as few transactions as hold them', async (count) => {
    const services = world();

    const stored = await storeRequest(services, requestFor(names(count)), record);

    expect(stored).toEqual({ kind: 'stored', uuids: names(count) });
    const { instances } = await readRequest(services, 'r1', names(count));
    expect(instances.filter((each) => each !== undefined)).toHaveLength(count);
    expect(services.requests.filter((each) => each === 'TransactWriteItems')).toHaveLength(Math.ceil(count / 24));
  });

  it('of large documents is written in parts that a transaction takes', async () => {
    const services = world();
    const sizes: number[] = [];
    const tables = watching<Tables>(services.tables, {
      transact: async (actions) => {
        sizes.push(JSON.stringify(actions).length);
        await services.tables.transact(actions);
      },
    });
    const large = { ...document(), reschedule: { files: 'x'.repeat(380_000) } };

    await storeRequest(
      { ...services, tables, sealer: PLAIN },
      requestFor([], { instances: names(24).map((uuid) => ({ uuid, document: large })) }),
      record,
    );

    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThan(4_000_000);
    expect(Math.min(...sizes)).toBeGreaterThan(1_000_000);
    const { instances } = await readRequest({ ...services, sealer: PLAIN }, 'r1', names(24));
    expect(instances.every((each) => each !== undefined)).toBe(true);
  });
});

describe('a request that is delivered again', () => {
  it('changes nothing', async () => {
    const services = world();
    await storeRequest(services, requestFor(names(30)), record);
    const before = services.tables.dump();

    const again = await storeRequest(services, requestFor(names(30), { common: { ...COMMON, image: null } }), record);

    expect(again).toEqual({ kind: 'stored', uuids: names(30) });
    expect(services.tables.dump()).toEqual(before);
  });

  it('goes on where it stopped', async () => {
    const services = world();
    await storeRequest(services, requestFor(names(3)), record);
    await services.tables.delete(REQUESTS, instanceDocumentKey('r1', 'u1'));
    await services.tables.delete(MAPPINGS, { pk: 'u1', sk: 'record' });

    expect(await storeRequest(services, requestFor(names(3)), record)).toEqual({ kind: 'stored', uuids: names(3) });

    expect((await readRequest(services, 'r1', ['u1'])).instances).toMatchObject([{ uuid: 'u1' }]);
  });

  it('leaves out a server that exists by another one', async () => {
    const services = world();
    await services.tables.put(MAPPINGS, { pk: 'u1', sk: 'record' });

    const stored = await storeRequest(services, requestFor(names(3)), record);

    expect(stored).toEqual({ kind: 'stored', uuids: ['u0', 'u2'] });
    expect(await services.tables.get(REQUESTS, instanceDocumentKey('r1', 'u1'))).toBeUndefined();
  });

  it('says something else under the same name: nothing of it is stored', async () => {
    const services = world();
    await storeRequest(services, requestFor(['u0']), record);
    const before = services.tables.dump();

    const other = await storeRequest(services, requestFor(names(60), { digest: 'd2' }), record);

    expect(other).toEqual({ kind: 'different' });
    expect(services.tables.dump()).toEqual(before);
  });

  it('is delivered once more where the table is away', async () => {
    const services = world();
    const tables = watching<Tables>(services.tables, { transact: () => Promise.reject(new Error('away')) });

    expect(await rejected(storeRequest({ ...services, tables }, requestFor(['u0']), none))).toEqual(new Error('away'));
  });
});

describe('what the scheduler chose for a server', () => {
  const selections = [newObject('Selection', '1.1', { service_host: 'host1' })];

  it('is noted with it, and the group as it was set up is that of its spec', async () => {
    const services = world();
    await storeRequest(services, requestFor(names(2)), none);
    const group = instanceGroup('affinity', { hosts: ['host1'] });

    await writeTogether(services.tables, [noteSelections('r1', 'u0', selections, group)]);
    await writeTogether(services.tables, [noteSelections('r1', 'u1', selections)]);

    const [first, second] = (await readRequest(services, 'r1', ['u0', 'u1'])).instances;
    expect([first?.selections, second?.selections]).toEqual([selections, selections]);
    expect(fieldsOf(first?.document.request_spec)['instance_group']).toEqual(group);
    expect(fieldsOf(second?.document.request_spec)['instance_group']).toBeNull();
  });

  it('is noted nowhere for a server that the request does not know', async () => {
    const services = world();

    const error = await rejected(writeTogether(services.tables, [noteSelections('r1', 'u9', selections)]));

    expect(error).toMatchObject({ name: 'TransactionRefused' });
  });
});

describe('the document of an operation', () => {
  const OPERATION = { context: CONTEXT, arguments: { flavor: null } };

  it('is read back with what was noted beside it', async () => {
    const services = world();
    await storeRequest(services, requestFor([], { common: OPERATION }), none);
    await noteOnOperation(services, 'r1', { image: { id: 'i' }, needs: {}, bindings: { p: {} } });

    expect(await readOperation(services, 'r1')).toEqual({
      ...OPERATION,
      image: { id: 'i' },
      spec: null,
      needs: {},
      bindings: { p: {} },
      pci_requests: null,
      selections: [],
      failure: undefined,
    });
  });

  it('is none where it has expired, and nothing is noted', async () => {
    const services = world();

    expect(await rejected(readOperation(services, 'r1'))).toMatchObject({ name: 'RequestDocumentNotFound' });
    expect(await rejected(noteOnOperation(services, 'r1', { needs: {} }))).toMatchObject({ name: 'ConditionFailed' });
    expect(await services.tables.get(REQUESTS, documentKey('r1'))).toBeUndefined();
  });
});
