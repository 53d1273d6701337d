import { fillNode } from '../../fixtures/fill-node.ts';
import { describe, expect, test } from 'vitest';
import {
  ComputeHostNotFound,
  ComputeServiceUnavailable,
  DestinationHypervisorTooOld,
  InstanceInvalidState,
  InvalidHypervisorType,
  MaxRetriesExceeded,
  MessagingTimeout,
  MigrationPreCheckError,
  MigrationSchedulerRPCError,
  NoValidHost,
  RemoteError,
  UnableToMigrateToSelf,
  UnsupportedPolicyException,
} from '#errors';
import { hostMappingKey, instanceMappingKey, MAPPINGS, serviceKey } from '#records/keys';
import { plainText } from '#wire/reading';
import { liveWorld, type MoveRequest, type MovingWorld } from '../../fixtures/moves.ts';
import { objectPlain } from '../../fixtures/object-plain.ts';
import { refusingSwaps } from '../../fixtures/placement/refusing-placement.ts';
import { answering, checked, FORCED, migrationHolds, node, SCHEDULED, silence } from '../../fixtures/live-moves.ts';

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
    before: (moving) => moving.of.platform.tables.delete('cell-cell1', serviceKey('host1', 'nova-compute')),
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
    says: 'Lack of memory(host:512.0 <= instance:512)',
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
      moving.of.platform.tables.update(MAPPINGS, hostMappingKey('host2'), {
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
    expect(moving.faultRecords).toHaveLength(1);
    expect(moving.of.notifications('compute_task.migrate_server')).toMatchObject([
      { payload: { request_spec: { instance_properties: { uuid: moving.uuid } }, state: 'active' } },
    ]);
    expect(moving.eventResults).toEqual({ conductor_migrate_server: 'Error' });
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
        if (step === 'prepare') await vanishing.now();
        return run();
      },
    });
    vanishing.now = () => moving.of.platform.tables.delete(MAPPINGS, instanceMappingKey(moving.uuid));

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(MigrationPreCheckError);
    expect(moving.asked).toEqual([]);
    expect([moving.state, moving.held()]).toEqual(['active/null', ['host1']]);
  });

  test('LIVE-20 a forced destination without room gives the claim back', async () => {
    const moving = await liveWorld();
    const provider = moving.of.items('placement').find((item) => item['host'] === 'host2' && item.sk === 'provider');
    await fillNode(moving.of.services.placement, plainText(provider?.pk).slice('provider#'.length));

    const answer = await moving.move(FORCED);

    expect(answer).toBeInstanceOf(NoValidHost);
    expect(answer?.message).toContain('host2');
    expect([moving.held(), moving.migrations[0]?.['status']]).toEqual([['host1'], 'error']);
  });

  test('LIVE-25 no retries: one question, and both claims are where they were', async () => {
    const moving = await liveWorld({
      behaviour: answering({ host2: { fail: 'no' } }),
      config: { migrateMaxRetries: 0 },
    });

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
      behaviour: answering({ host2: { fail: 'no' } }),
    });

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(NoValidHost);
    expect(moving.asked).toHaveLength(6);
    expect(moving.held()).toEqual(['host1']);
  });

  test('LIVE-32 an unexpected error of the scheduler is reported as such', async () => {
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
    await moving.of.platform.tables.put('api', { pk: `group#${group.uuid}`, sk: 'group', deleted: false, ...group });
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
});
