import { describe, expect, test } from 'vitest';
import { MessagingTimeout, NoValidHost } from '#errors';
import type { Behaviour } from '#local/fleet/behaviour';
import type { Json, WireObject } from '#ports/json';
import { fieldsOf, isWireObject, listOf, mapOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import type { SchedulerScript } from '../fixtures/placement/scripted-scheduler.ts';
import { ALTERNATES, hostsOf, withSpec } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';

const failing =
  (...attempts: number[]): Behaviour =>
  (_order, attempt) =>
    attempts.includes(attempt) ? { fail: 'disk full' } : 'build';

async function rescheduled(options: BuildWorldOptions = {}) {
  const world = await BuildWorld.boot({ scheduler: () => ALTERNATES, behaviour: failing(1), ...options });
  const command = world.request();
  const [uuid = ''] = command.uuids;
  return { world, command, uuid };
}

/** Claims the whole of a host for somebody else. */
async function fill(world: BuildWorld, ...hosts: string[]): Promise<void> {
  for (const host of hosts) {
    const provider = world.items('placement').find((item) => item.sk === 'provider' && item['host'] === host);
    const request = { allocations: { [String(provider?.pk).slice('provider#'.length)]: { resources: { VCPU: 1 } } } };
    let claimed = 0;
    while (
      await world.services.placement.claim(`other-${host}-${claimed}`, JSON.stringify(request), {
        projectId: 'x',
        userId: 'x',
      })
    )
      claimed += 1;
  }
}

const silent = () => new MessagingTimeout({ message_id: 'm' });

/** An operator stops what sees to the build. */
async function stop(world: BuildWorld): Promise<void> {
  for (const { executionArn } of await world.executions('launch'))
    await world.world.runner.stopExecution({ executionArn });
}

function asObject(value: Json | undefined): WireObject {
  if (!isWireObject(value)) throw new Error('not an object');
  return value;
}

describe('a server that its host gives back', () => {
  test('RESCHED-01 goes to the next alternate, claimed and ordered with the tries so far', async () => {
    const { world, command, uuid } = await rescheduled();
    await world.build(command);

    const [, second] = world.orders(uuid);
    expect(second).toMatchObject({ host: 'host2', attempt: 2 });
    expect(hostsOf(second?.args['host_list'])).toEqual(['host3']);
    expect(mapOf(second?.args['filter_properties'])['retry']).toMatchObject({
      num_attempts: 2,
      hosts: [
        ['host1', 'host1'],
        ['host2', 'host2'],
      ],
    });
    expect(world.claims(uuid)).toEqual(['host2']);
    expect(world.scheduler?.asked).toHaveLength(1);
    expect(await leftOver(world)).toEqual([]);
  });

  test('RESCHED-02 passes over an alternate that is full', async () => {
    const { world, command, uuid } = await rescheduled();
    await fill(world, 'host2');
    await world.build(command);

    const [, second] = world.orders(uuid);
    expect(second).toMatchObject({ host: 'host3' });
    expect(hostsOf(second?.args['host_list'])).toEqual([]);
  });

  test('RESCHED-03 ends in error when every alternate is full, its networks given back', async () => {
    const { world, command, uuid } = await rescheduled();
    await fill(world, 'host2', 'host3');
    await world.build(command);

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', task_state: null, host: null });
    expect(world.beside(uuid, 'fault#')).toMatchObject([{ message: expect.stringContaining('Exhausted all hosts') }]);
    expect(mapOf(world.server(uuid).item['system_metadata'])['network_allocated']).toBe('False');
    expect(world.orders(uuid)).toHaveLength(1);
    expect(world.claims(uuid)).toEqual([]);
  });

  test('RESCHED-04 RESCHED-12 ends in error when there are no alternates', async () => {
    const { world, command, uuid } = await rescheduled({ scheduler: () => [['host1']] });
    await world.build(command);

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', task_state: null });
    expect(world.beside(uuid, 'fault#')).toMatchObject([
      { message: expect.stringContaining('maximum number of retries') },
    ]);
    expect(world.notifications('compute_task.build_instances')).toHaveLength(1);
    expect(world.apiItem('mappings', uuid, 'mapping')).toMatchObject({ cell: 'cell1' });
    expect(await leftOver(world)).toEqual([]);
  });

  test('RESCHED-05 SCHED-06 ends in error when the tries are used up, with the reason of the last host', async () => {
    const { world, command, uuid } = await rescheduled({
      scheduler: () => [['host1', 'host2', 'host3', 'host4']],
      behaviour: failing(1, 2, 3),
    });
    await world.build(command);

    expect(world.orders(uuid)).toHaveLength(3);
    expect(world.beside(uuid, 'fault#')).toMatchObject([{ message: expect.stringContaining('disk full') }]);
    expect(world.claims(uuid)).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('RESCHED-06 is ordered without a look at build request or mapping', async () => {
    const { world, command, uuid } = await rescheduled();
    await world.publish(command);
    await world.clock.runUntil(() => world.orders(uuid).length > 0, 60_000);
    const before = world.apiItem('mappings', uuid, 'mapping');
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
    expect(world.apiItem('mappings', uuid, 'mapping')).toEqual(before);
  });

  test('RESCHED-09 SCHED-12 takes an alternate without placement data as it is', async () => {
    const { world, command, uuid } = await rescheduled({
      adapt: (services) => ({
        ...services,
        scheduler: {
          selectDestinations: async (request) =>
            (await services.scheduler.selectDestinations(request)).map((list) =>
              list.map((selection, at) =>
                at === 0
                  ? selection
                  : { ...selection, 'nova_object.data': { ...fieldsOf(selection), allocation_request: null } },
              ),
            ),
        },
      }),
    });
    await world.build(command);

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
    expect(world.claims(uuid)).toEqual([]);
  });

  test('RESCHED-10 keeps the hints of its request spec, with the tries and limits of this one', async () => {
    const { world, command, uuid } = await rescheduled();
    await world.build(withSpec({ scheduler_hints: { rack: ['r1'] } })(command));

    const [, second] = world.orders(uuid);
    const spec = fieldsOf(second?.args['request_spec']);
    expect(spec['scheduler_hints']).toEqual({ rack: ['r1'] });
    expect(fieldsOf(spec['retry'])).toMatchObject({ num_attempts: 2 });
    expect(spec).toHaveProperty('limits');
  });

  test('keeps what its ports need, and each order says which provider of its host meets it', async () => {
    const { world, command, uuid } = await rescheduled();
    const port = newObject('RequestGroup', '1.3', { requester_id: 'p-1', resources: { VCPU: 1 }, provider_uuids: [] });
    await world.build(withSpec({ requested_resources: [port] })(command));

    const providers = world.orders(uuid).map(({ args }) => {
      const [group] = listOf(fieldsOf(args['request_spec'])['requested_resources']);
      const { requester_id: requester, provider_uuids: uuids } = fieldsOf(group);
      return [requester, uuids];
    });
    const nodes = ['host1', 'host2'].map((host) =>
      world.items('placement').find((item) => item.sk === 'provider' && item['host'] === host),
    );
    expect(providers).toEqual(nodes.map((node) => ['p-1', [node?.['uuid']]]));
  });

  test('RESCHED-11 is claimed for its own project and user, and ordered in their context', async () => {
    const { world, command, uuid } = await rescheduled();
    const ordinary = { ...command, context: { ...command.context, is_admin: false, roles: ['member'] } };
    await world.build(ordinary);

    const consumer = world.items('placement').find(({ pk }) => pk === `consumer#${uuid}`);
    expect(consumer).toMatchObject({ project_id: 'p', user_id: 'demo' });
    expect(world.orders(uuid)[1]?.context).toMatchObject({ is_admin: false, roles: ['member'] });
  });

  test.each([
    ['RESCHED-07', () => [['host2', 'host3']], { vm_state: 'active', host: 'host2' }],
    ['RESCHED-08', () => new NoValidHost({ reason: 'none' }), { vm_state: 'error', host: null }],
  ] as const)('%s by a compute that sends no alternates is scheduled anew', async (_row, again, ending) => {
    const { world, uuid } = await givenBackWithoutAlternates(again);

    expect(world.scheduler?.asked).toHaveLength(2);
    expect(fieldsOf(world.scheduler?.asked[1]?.spec)['ignore_hosts']).toEqual(['host1']);
    expect(world.server(uuid).item).toMatchObject(ending);
    expect(world.apiItem('mappings', uuid, 'mapping')).toMatchObject({ cell: 'cell1' });
    const stopped = (await world.executions('launch')).filter(({ status }) => status === 'ABORTED');
    expect(await leftOver(world, { failedExecutions: stopped.map(({ name }) => name) })).toEqual([]);
  });

  test.each([2, 5])(
    'by a compute that sends no alternates has a silent scheduler asked max_attempts (%d) times',
    async (maxAttempts) => {
      const { world, uuid } = await givenBackWithoutAlternates(silent, { config: { maxAttempts } });

      expect(world.scheduler?.asked).toHaveLength(1 + maxAttempts);
      expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', task_state: null });
    },
  );
});

/** A build that host1 gives back as an old compute does: by a cast that names no alternates. */
async function givenBackWithoutAlternates(again: () => ReturnType<SchedulerScript>, options: BuildWorldOptions = {}) {
  const { world, command, uuid } = await rescheduled({
    ...options,
    scheduler: (_request, asked) => (asked === 1 ? ALTERNATES : again()),
    behaviour: (_order, attempt) => (attempt === 1 ? { die: 'mid-build' } : 'build'),
  });
  await world.publish(command);
  await world.clock.runUntil(() => world.server(uuid).item['task_state'] === 'spawning', 60_000);
  await stop(world);
  const [order] = world.orders(uuid);
  await world.client.buildInstances(command.context, {
    instances: [asObject(order?.args['instance'])],
    image: command.args.image,
    filter_properties: { retry: { num_attempts: 1, hosts: [['host1', 'host1']], exc_reason: 'disk full' } },
    admin_password: null,
    injected_files: [],
    requested_networks: command.args.requested_networks,
    security_groups: [],
    request_spec: asObject(order?.args['request_spec']),
    host_lists: null,
  });
  await world.end();
  return { world, uuid };
}
