import { describe, expect, test } from 'vitest';
import {
  ComputeHostNotFound,
  ComputeServiceUnavailable,
  DestinationHypervisorTooOld,
  InstanceInvalidState,
  InvalidHypervisorType,
  MaxRetriesExceeded,
  MessagingTimeout,
  MigrationError,
  MigrationPreCheckError,
  MigrationSchedulerRPCError,
  NoValidHost,
  NotImplementedError,
  RemoteError,
  UnableToMigrateToSelf,
  UnsupportedPolicyException,
} from '#errors';
import type { Manners } from '#local/fleet/manners';
import type { Attributes } from '#ports/tables';
import { hostMappingKey, instanceMappingKey, MAPPINGS, serviceKey } from '#records/keys';
import { fieldsOf, plainText } from '#records/reading';
import { leftOver } from '../fixtures/ledger.ts';
import { liveWorld, type MoveRequest, type MovingWorld } from '../fixtures/moves.ts';
import { objectPlain } from '../fixtures/object-plain.ts';
import { refusingSwaps } from '../fixtures/refusing-placement.ts';

const SCHEDULED: MoveRequest = { live: true, flavor: null, hint: { host: null } };
const FORCED: MoveRequest = { live: true, flavor: null, hint: { host: 'host2' } };

/** Changes the compute node of a host. */
async function node(moving: MovingWorld, host: string, set: Attributes): Promise<void> {
  const item = moving.of.items('cell-cell1').find((each) => each.sk === 'compute-node' && each['host'] === host);
  if (item === undefined) throw new Error(`no node of ${host}`);
  await moving.of.ground.tables.update('cell-cell1', { pk: item.pk, sk: item.sk }, { set });
}

const migrationHolds = (moving: MovingWorld): string[] => moving.held(plainText(moving.migrations[0]?.['uuid']));

const checked = (moving: MovingWorld): string[] =>
  moving.orders('check_can_live_migrate_destination').map(({ host }) => host);

/** Hosts answer the question in their own way; they do everything else that they are told. */
const answering =
  (answers: Readonly<Record<string, ReturnType<Manners>>>): Manners =>
  ({ method, host }) =>
    (method === 'check_can_live_migrate_destination' ? answers[host] : undefined) ?? 'build';

/** Silences a host: no heartbeats, so that its service is down. */
async function silence(moving: MovingWorld, host: string): Promise<void> {
  moving.of.world.fleet.host(host).die();
  await moving.of.clock.advance(120_000);
}

describe('a live migration', () => {
  test('LIVE-01 asks the destination that the scheduler chose and orders the source', async () => {
    const moving = await liveWorld();

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeNull();
    expect(moving.migrations).toMatchObject([
      {
        migration_type: 'live-migration',
        status: 'completed',
        source_compute: 'host1',
        source_node: 'host1',
        dest_compute: 'host2',
        dest_node: 'host2',
      },
    ]);
    expect(checked(moving)).toEqual(['host2']);
    expect(moving.orders('live_migration').map(({ host }) => host)).toEqual(['host1']);
    const order = moving.order('live_migration');
    expect(order['dest']).toBe('host2');
    expect(fieldsOf(order['migrate_data'])['filename']).toBe('host2');
    expect(fieldsOf(order['migration'])).toMatchObject({ status: 'accepted', dest_compute: 'host2' });
    expect([moving.state, moving.item['host'], moving.held(), migrationHolds(moving)]).toEqual([
      'active/null',
      'host2',
      ['host2'],
      [],
    ]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('LIVE-01 between the order and the end the migration holds the source and the server its destination', async () => {
    const moving = await liveWorld({
      manners: ({ method }) => (method === 'live_migration' ? { delay: 300_000 } : 'build'),
    });

    await moving.call(SCHEDULED);

    expect([moving.held(), migrationHolds(moving)]).toEqual([['host2'], ['host1']]);
  });

  test('LIVE-02 a forced destination is checked, asked and claimed without the scheduler', async () => {
    const moving = await liveWorld();
    const before = Object.values(await moving.allocations());

    const answer = await moving.move(FORCED);

    expect(answer).toBeNull();
    expect(moving.asked).toEqual([]);
    expect(checked(moving)).toEqual(['host2']);
    expect([moving.item['host'], moving.held()]).toEqual(['host2', ['host2']]);
    expect(Object.values(await moving.allocations())).toEqual(before);
  });

  test('LIVE-03 computes older than what is served are not asked (quirk Q11)', async () => {
    const moving = await liveWorld();
    await moving.of.ground.tables.update('cell-cell1', serviceKey('host3', 'nova-compute'), { set: { version: 24 } });
    await moving.of.clock.advance(61_000);

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(MigrationError);
    expect([checked(moving), moving.held(), migrationHolds(moving)]).toEqual([[], ['host1'], []]);
  });

  test('LIVE-04 a paused server may be moved', async () => {
    const moving = await liveWorld();
    await moving.change({ power_state: 3 });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect(moving.orders('live_migration')).toHaveLength(1);
  });

  test('LIVE-21 a destination whose hypervisor is too old gives way to the next', async () => {
    const moving = await liveWorld({ scheduler: (_request, asked) => [[asked === 1 ? 'host2' : 'host3']] });
    await node(moving, 'host2', { hypervisor_version: 1 });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect(moving.asked.map(({ spec }) => fieldsOf(spec)['ignore_hosts'])).toEqual([['host1'], ['host1', 'host2']]);
    expect([moving.held(), moving.order('live_migration')['dest']]).toEqual([['host3'], 'host3']);
  });

  test('LIVE-22 so does one of another hypervisor', async () => {
    const moving = await liveWorld({ scheduler: (_request, asked) => [[asked === 1 ? 'host2' : 'host3']] });
    await node(moving, 'host2', { hypervisor_type: 'other' });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect([moving.asked.length, moving.held(), checked(moving)]).toEqual([2, ['host3'], ['host3']]);
  });

  test.each([
    'LIVE-23 a destination that refuses gives way to the next within the limit',
    'LIVE-24 so does one that fails its check',
  ])('%s', async () => {
    const moving = await liveWorld({
      scheduler: (_request, asked) => [[asked === 1 ? 'host2' : 'host3']],
      manners: answering({ host2: { fail: 'scenario' } }),
      config: { migrateMaxRetries: 1 },
    });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect([checked(moving), moving.order('live_migration')['dest'], moving.held()]).toEqual([
      ['host2', 'host3'],
      'host3',
      ['host3'],
    ]);
  });

  test("LIVE-28 the caller's ignore list is replaced", async () => {
    const moving = await liveWorld();

    await moving.move({ ...SCHEDULED, spec: { ignore_hosts: ['hostX'] } });

    expect(fieldsOf(moving.asked[0]?.spec)['ignore_hosts']).toEqual(['host1']);
  });

  test('LIVE-29 forced hosts of the spec are cleared', async () => {
    const moving = await liveWorld();

    await moving.move({ ...SCHEDULED, spec: { force_hosts: ['host1'] } });

    expect(fieldsOf(moving.asked[0]?.spec)['force_hosts']).toBeNull();
  });

  test('LIVE-30 without a spec one is made of the server, restricted to its cell', async () => {
    const moving = await liveWorld();

    expect(await moving.move({ ...SCHEDULED, spec: null })).toBeNull();

    const spec = fieldsOf(moving.asked[0]?.spec);
    expect(spec).toMatchObject({ instance_uuid: moving.uuid, numa_topology: null, ignore_hosts: ['host1'] });
    expect(fieldsOf(spec['flavor'])['id']).toBe(1);
    expect(fieldsOf(fieldsOf(spec['requested_destination'])['cell'])['name']).toBe('cell1');
  });

  test('LIVE-31 a server without an image is moved', async () => {
    const moving = await liveWorld();
    await moving.change({ image_ref: '' });

    expect(await moving.move(SCHEDULED)).toBeNull();

    expect(moving.order('live_migration')['dest']).toBe('host2');
  });

  test('LIVE-40 a server without its flavor takes the id from its row', async () => {
    const moving = await liveWorld();
    await moving.change({ flavor: null, instance_type_id: 5 });

    await moving.move(FORCED);

    expect(moving.migrations).toMatchObject([{ old_instance_type_id: 5, new_instance_type_id: 5 }]);
  });

  test("CTX-01 event and migration lie in the server's own cell and nowhere else", async () => {
    const moving = await liveWorld();

    await moving.of.client.liveMigrateInstance(moving.context, { ...moving.liveArguments(), host: null, async: true });
    await moving.of.end();

    expect(moving.migrations).toHaveLength(1);
    expect(moving.events).toEqual({ conductor_live_migrate_instance: 'Success' });
    expect(moving.of.items('cell-cell2').filter(({ pk }) => pk.startsWith('instance#'))).toEqual([]);
    expect(moving.of.items('cell-cell0').filter(({ pk }) => pk.startsWith('instance#'))).toEqual([]);
  });
});

/** A world, the request, and what has to come of it. */
interface Refusal {
  readonly title: string;
  readonly request: MoveRequest;
  readonly before: (moving: MovingWorld) => Promise<unknown>;
  readonly error: new (...args: never[]) => Error;
  readonly says?: string;
  /** Hosts that were asked. */
  readonly asked?: readonly string[];
}

const REFUSALS: readonly Refusal[] = [
  {
    title: 'LIVE-05 a server that is shut down is refused',
    request: SCHEDULED,
    before: (moving) => moving.change({ power_state: 4 }),
    error: InstanceInvalidState,
    says: 'power_state',
  },
  {
    title: 'LIVE-06 a source that is down is refused',
    request: SCHEDULED,
    before: (moving) => silence(moving, 'host1'),
    error: ComputeServiceUnavailable,
    says: 'host1',
  },
  {
    title: 'LIVE-07 a source without a service is refused',
    request: SCHEDULED,
    before: (moving) => moving.of.ground.tables.delete('cell-cell1', serviceKey('host1', 'nova-compute')),
    error: ComputeHostNotFound,
  },
  {
    title: 'LIVE-08 the source cannot be the destination',
    request: { ...FORCED, hint: { host: 'host1' } },
    before: () => Promise.resolve(),
    error: UnableToMigrateToSelf,
  },
  {
    title: 'LIVE-09 a destination that is down is refused',
    request: FORCED,
    before: (moving) => silence(moving, 'host2'),
    error: ComputeServiceUnavailable,
    says: 'host2',
  },
  {
    title: 'LIVE-10 memory counts with its ratio',
    request: FORCED,
    before: (moving) => node(moving, 'host2', { memory_mb: 1024, free_ram_mb: 513, ram_allocation_ratio: 0.9 }),
    error: MigrationPreCheckError,
    says: '410',
  },
  {
    title: 'LIVE-11 as much memory as is needed is too little',
    request: FORCED,
    before: (moving) => node(moving, 'host2', { memory_mb: 1024, free_ram_mb: 512, ram_allocation_ratio: 1 }),
    error: MigrationPreCheckError,
    says: 'memory',
  },
  {
    title: 'LIVE-13 another hypervisor is refused',
    request: FORCED,
    before: (moving) => node(moving, 'host2', { hypervisor_type: 'other' }),
    error: InvalidHypervisorType,
  },
  {
    title: 'LIVE-14 an older hypervisor is refused',
    request: FORCED,
    before: (moving) => node(moving, 'host2', { hypervisor_version: 6 }),
    error: DestinationHypervisorTooOld,
  },
  {
    title: 'LIVE-16 a destination that does not answer in time',
    request: FORCED,
    before: (moving) => Promise.resolve(moving.of.world.fleet.host('host2').die()),
    error: MigrationPreCheckError,
    says: 'Timeout while checking',
    asked: [],
  },
  {
    title: 'LIVE-17 a destination in another cell is asked, then refused',
    request: FORCED,
    before: (moving) =>
      moving.of.ground.tables.update(MAPPINGS, hostMappingKey('host2'), {
        set: { cell: 'cell2', cell_uuid: '22222222-2222-4222-8222-222222222222' },
      }),
    error: MigrationPreCheckError,
    says: 'across cells',
    asked: ['host2'],
  },
  {
    title: 'LIVE-18 a destination without a mapping is named',
    request: FORCED,
    before: (moving) => moving.of.unmapHost('host2'),
    error: MigrationPreCheckError,
    says: 'host2',
    asked: ['host2'],
  },
  {
    title: 'LIVE-37 a source node that is not known',
    request: SCHEDULED,
    before: (moving) => moving.change({ node: 'elsewhere' }),
    error: ComputeHostNotFound,
  },
];

describe('a live migration that is refused', () => {
  test.each(REFUSALS)('$title', async ({ request, before, error, says, asked }) => {
    const moving = await liveWorld();
    await before(moving);

    const answer = await moving.move(request);

    expect(answer).toBeInstanceOf(error);
    expect(answer?.message).toContain(says ?? '');
    expect(moving.state).toBe('active/null');
    expect(moving.migrations).toMatchObject([{ status: 'error' }]);
    expect([moving.held(), migrationHolds(moving)]).toEqual([['host1'], []]);
    expect(checked(moving)).toEqual(asked ?? []);
    expect(moving.orders('live_migration')).toEqual([]);
    expect(moving.faults).toHaveLength(1);
    expect(moving.of.notifications('compute_task.migrate_server')).toMatchObject([
      { payload: { request_spec: { instance_properties: { uuid: moving.uuid } }, state: 'active' } },
    ]);
    expect(moving.events).toEqual({ conductor_migrate_server: 'Error' });
  });

  test.each([
    [
      'LIVE-12 a little more memory than is needed is enough',
      { memory_mb: 1024, free_ram_mb: 513, ram_allocation_ratio: 1 },
    ],
    ['LIVE-15 an equal hypervisor is fine', { hypervisor_version: 1000 }],
  ])('%s', async (_title, set) => {
    const moving = await liveWorld();
    await node(moving, 'host2', set);

    expect(await moving.move(FORCED)).toBeNull();

    expect(moving.orders('live_migration')).toHaveLength(1);
  });

  test('LIVE-19 a mapping that vanishes after the request was targeted asks no scheduler', async () => {
    const vanishing = { now: (): Promise<unknown> => Promise.resolve() };
    const moving = await liveWorld({
      around: async (run, { step }) => {
        if (step === 'select-destination') await vanishing.now();
        return run();
      },
    });
    vanishing.now = () => moving.of.ground.tables.delete(MAPPINGS, instanceMappingKey(moving.uuid));

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(MigrationPreCheckError);
    expect(moving.asked).toEqual([]);
    expect([moving.state, moving.held()]).toEqual(['active/null', ['host1']]);
  });

  test('LIVE-20 a forced destination without room gives the claim back', async () => {
    const moving = await liveWorld();
    const provider = moving.of.items('placement').find((item) => item['host'] === 'host2' && item.sk === 'provider');
    await moving.of.services.placement.claim(
      'somebody',
      JSON.stringify({
        allocations: { [plainText(provider?.pk).slice('provider#'.length)]: { resources: { VCPU: 160 } } },
      }),
      { projectId: 'p', userId: 'u' },
    );

    const answer = await moving.move(FORCED);

    expect(answer).toBeInstanceOf(NoValidHost);
    expect(answer?.message).toContain('host2');
    expect([moving.held(), moving.migrations[0]?.['status']]).toEqual([['host1'], 'error']);
  });

  test('LIVE-25 no retries: one question, and both claims are where they were', async () => {
    const moving = await liveWorld({ manners: answering({ host2: { fail: 'no' } }), config: { migrateMaxRetries: 0 } });

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(MaxRetriesExceeded);
    expect(moving.asked).toHaveLength(1);
    expect([moving.state, moving.held(), moving.migrations[0]?.['status']]).toEqual([
      'active/null',
      ['host1'],
      'error',
    ]);
  });

  test('LIVE-26 without a limit the scheduler is asked until it has nobody', async () => {
    const moving = await liveWorld({
      scheduler: (_request, asked) => (asked <= 5 ? [['host2']] : new NoValidHost({ reason: '' })),
      manners: answering({ host2: { fail: 'no' } }),
    });

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(NoValidHost);
    expect(moving.asked).toHaveLength(6);
    expect(moving.held()).toEqual(['host1']);
  });

  test('LIVE-32 an error of the scheduler that nobody knows is told as such', async () => {
    const moving = await liveWorld({
      scheduler: () => new RemoteError({ exc_type: 'OddError', value: 'odd', traceback: null }),
    });

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(MigrationSchedulerRPCError);
    expect([moving.state, moving.migrations[0]?.['status']]).toEqual(['active/null', 'error']);
  });

  test('LIVE-33 a scheduler that never answers is asked three times; the server keeps its state (quirk Q9)', async () => {
    const moving = await liveWorld({ scheduler: () => new MessagingTimeout({ message_id: 'm' }) });

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(MessagingTimeout);
    expect(moving.asked).toHaveLength(3);
    expect([moving.state, moving.held(), moving.migrations[0]?.['status']]).toEqual([
      'active/null',
      ['host1'],
      'error',
    ]);
  });

  test('LIVE-34 a group policy that nothing carries out leaves the server its state (quirk Q9)', async () => {
    const moving = await liveWorld({ config: { enabledFilters: ['ComputeFilter'] } });
    const group = {
      uuid: '5f2b8a4e-0000-4000-8000-000000000001',
      policy: 'anti-affinity',
      policies: ['anti-affinity'],
    };
    await moving.of.ground.tables.put('api', { pk: `group#${group.uuid}`, sk: 'group', deleted: false, ...group });
    const instance_group = objectPlain('InstanceGroup', '1.11', { ...group, members: [moving.uuid], hosts: [] });

    const answer = await moving.move({ ...SCHEDULED, spec: { instance_group } });

    expect(answer).toBeInstanceOf(UnsupportedPolicyException);
    expect([moving.state, moving.asked]).toEqual(['active/null', []]);
  });

  test('LIVE-38 a swap that placement refuses leaves the claim alone', async () => {
    const moving = await liveWorld({
      adapt: (services) => ({ ...services, placement: refusingSwaps(services.placement, () => true) }),
    });

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(NoValidHost);
    expect([moving.held(), moving.asked]).toEqual([['host1'], []]);
  });

  test('LIVE-42 another combination has no implementation', async () => {
    const moving = await liveWorld();

    const answer = await moving.move({ live: true, flavor: {} });

    expect(answer).toBeInstanceOf(NotImplementedError);
    expect([moving.migrations, moving.state]).toEqual([[], 'active/migrating']);
  });

  test('LIVE-43 neither live nor with a flavor has no implementation', async () => {
    const moving = await liveWorld();

    expect(await moving.move({ live: false, flavor: null })).toBeInstanceOf(NotImplementedError);

    expect(moving.events).toEqual({ conductor_migrate_server: 'Error' });
  });
});
