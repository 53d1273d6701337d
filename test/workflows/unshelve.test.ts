import { describe, expect, it } from 'vitest';
import { MessagingTimeout, NoValidHost } from '#errors';
import type { JsonMap } from '#ports/json';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import { fieldsOf, mapOf } from '#records/reading';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { ExistingServer, SNAPSHOT } from '../fixtures/existing-server.ts';
import { leftOver } from '../fixtures/ledger.ts';
import type { SchedulerScript } from '../fixtures/scripted-scheduler.ts';

/** A server that is shelved, and whose unshelving an API is about to ask for. */
async function shelved(how: { offloaded: boolean; image?: string | null }, options: BuildWorldOptions = {}) {
  const world = await BuildWorld.boot(options);
  const server = await ExistingServer.build(world);
  await server.storeSnapshot();
  await server.shelve(how);
  return { world, server, context: await server.begin('unshelve') };
}

type Shelved = Awaited<ReturnType<typeof shelved>>;

/** Asks for it and lets everything come to its end. */
async function unshelve({ world, server, context }: Shelved, spec: JsonMap | null = {}): Promise<void> {
  const request_spec = spec === null ? null : await server.spec(spec);
  await world.client.unshelveInstance(context, server.instance, request_spec);
  await world.end();
}

async function output({ world }: Shelved): Promise<JsonMap> {
  const [execution] = await world.executions('unshelve');
  return { status: execution?.status ?? null, ...mapOf(JSON.parse(execution?.output ?? '{}')) };
}

/** Builds on host1, then does as told. */
const then =
  (script: SchedulerScript): SchedulerScript =>
  (request, asked) =>
    asked === 1 ? [['host1']] : script(request, asked - 1);

describe('a shelved server that is still on its host', () => {
  it('UNSHELVE-01 is started there, with neither scheduler nor image asked', async () => {
    const at = await shelved({ offloaded: false }, { scheduler: () => [['host1']] });

    await unshelve(at);

    const [order] = at.server.ordered('start_instance');
    expect(order).toMatchObject({ host: 'host1', version: '6.0' });
    expect(fieldsOf(order?.args['instance'])).toMatchObject({ task_state: 'powering-on', vm_state: 'shelved' });
    expect(at.world.scheduler?.asked).toHaveLength(1);
    expect(at.server.events(at.context)).toEqual([['compute_start_instance', 'Success']]);
    expect(at.server.states).toEqual(['active', null]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('UNSHELVE-02 whose task has changed is left alone', async () => {
    const at = await shelved({ offloaded: false });
    await at.server.change({ task_state: 'deleting' });

    await unshelve(at);

    expect(at.server.ordered('start_instance')).toEqual([]);
    expect(at.server.states).toEqual(['shelved', 'deleting']);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', error: 'UnexpectedDeletingTaskStateError' });
  });

  it('whose host dies is shelved as before, and a fault tells it', async () => {
    const at = await shelved({ offloaded: false }, { manners: (order) => dies(order.method === 'start_instance') });

    await unshelve(at);

    expect(at.server.states).toEqual(['shelved', null]);
    expect(at.server.item['host']).toBe(at.server.ordered('start_instance')[0]?.host);
    expect(at.server.faults).toEqual([[400, expect.stringContaining('unavailable')]]);
    expect(await leftOver(at.world)).toEqual([]);
  });
});

describe('a shelved server that was offloaded', () => {
  it('UNSHELVE-03 without a request spec is scheduled with its image and unshelved by the chosen host', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: then(() => [['host2']]) });

    await unshelve(at, null);

    const [order] = at.server.ordered('unshelve_instance');
    expect(order).toMatchObject({ host: 'host2', version: '6.0' });
    expect(order?.args).toMatchObject({
      image: { id: SNAPSHOT, name: 'shelved' },
      filter_properties: { limits: {}, retry: { num_attempts: 1, hosts: [['host2', 'host2']] } },
      node: 'host2',
      accel_uuids: [],
    });
    expect(at.world.scheduler?.asked[1]).toMatchObject({ alternates: false, instanceUuids: [at.server.uuid] });
    expect(at.server.events(at.context)).toEqual([
      ['get_image_info', 'Success'],
      ['schedule_instances', 'Success'],
      ['compute_unshelve_instance', 'Success'],
    ]);
    expect(at.server.states).toEqual(['active', null]);
    expect(at.world.claims(at.server.uuid)).toEqual(['host2']);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', outcome: 'active' });
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('UNSHELVE-04 CTX-08 with a spec is scheduled in its own cell, its forced hosts forgotten', async () => {
    const at = await shelved(
      { offloaded: true },
      { scheduler: (_request, asked) => [[asked === 1 ? 'host4' : 'host4']] },
    );

    await unshelve(at, { force_hosts: ['host1'], project_id: 'p2' });

    const spec = fieldsOf(at.world.scheduler?.asked[1]?.spec);
    expect(spec).toMatchObject({ force_hosts: null, project_id: 'p2' });
    expect(fieldsOf(fieldsOf(spec['requested_destination'])['cell'])).toMatchObject({ name: 'cell2' });
    const [order] = at.server.ordered('unshelve_instance');
    expect(order?.host).toBe('host4');
    expect(order?.args['filter_properties']).toMatchObject({ limits: {}, retry: { num_attempts: 1 } });
    expect(order?.args['request_spec']).toEqual(at.world.scheduler?.asked[1]?.spec);
  });

  it('UNSHELVE-05 keeps the destination that its spec names, with the cell added', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: then(() => [['host2']]) });
    const destination = {
      'nova_object.name': 'Destination',
      'nova_object.namespace': 'nova',
      'nova_object.version': '1.4',
      'nova_object.data': { host: 'dummy' },
    };

    await unshelve(at, { requested_destination: destination });

    const asked = fieldsOf(fieldsOf(at.world.scheduler?.asked[1]?.spec)['requested_destination']);
    expect(asked['host']).toBe('dummy');
    expect(fieldsOf(asked['cell'])).toMatchObject({ name: 'cell1' });
  });

  it.each([
    ['UNSHELVE-06', undefined],
    ['UNSHELVE-07', null],
  ])('%s that is volume-backed needs no image', async (_row, shelved_image_id) => {
    const at = await shelved({ offloaded: true, image: null });
    if (shelved_image_id === null)
      await at.server.change({ system_metadata: { ...mapOf(at.server.item['system_metadata']), shelved_image_id } });

    await unshelve(at);

    expect(at.server.ordered('unshelve_instance')[0]?.args['image']).toBeNull();
    expect(at.server.events(at.context).map(([event]) => event)).not.toContain('get_image_info');
    expect(at.server.states).toEqual(['active', null]);
  });

  it('UNSHELVE-08 whose image is gone ends in error', async () => {
    const at = await shelved({ offloaded: true, image: 'gone' }, { scheduler: () => [['host1']] });

    await unshelve(at);

    const reason = 'Unshelve attempted but the image gone cannot be found.';
    expect(at.server.states).toEqual(['error', 'unshelving']);
    expect(at.server.events(at.context)).toEqual([['get_image_info', 'Error']]);
    expect(at.server.faults).toEqual([[404, reason]]);
    expect(at.world.scheduler?.asked).toHaveLength(1);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', error: 'UnshelveException' });
  });

  it('UNSHELVE-09 EVT-07 for which there is no valid host stays shelved', async () => {
    const none = then(() => new NoValidHost({ reason: 'none' }));
    const at = await shelved({ offloaded: true }, { scheduler: none });

    await unshelve(at);

    expect(at.server.states).toEqual(['shelved_offloaded', null]);
    expect(at.server.faults).toEqual([]);
    expect(at.server.events(at.context)).toEqual([
      ['get_image_info', 'Success'],
      ['schedule_instances', 'Error'],
    ]);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', error: 'NoValidHost' });
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('UNSHELVE-10 whose group asks for a policy that is not configured stays shelved, unscheduled', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: () => [['host1']], config: { enabledFilters: [] } });
    const group = await memberOfGroup(at, 'anti-affinity');

    await unshelve(at, { instance_group: group });

    expect(at.server.states).toEqual(['shelved_offloaded', null]);
    expect(at.server.faults).toEqual([]);
    expect(at.world.scheduler?.asked).toHaveLength(1);
    expect(await output(at)).toMatchObject({ error: 'UnsupportedPolicyException' });
  });

  it('UNSHELVE-11 SCHED-23 stays shelved when the scheduler never answers, asked three times', async () => {
    const silent = then(() => new MessagingTimeout({ message_id: 'm' }));
    const at = await shelved({ offloaded: true }, { scheduler: silent });

    await unshelve(at);

    expect(at.world.scheduler?.asked).toHaveLength(4);
    expect(at.server.states).toEqual(['shelved_offloaded', null]);
    expect(await output(at)).toMatchObject({ error: 'MessagingTimeout' });
  });

  it('SCHED-22 is asked for again when the scheduler was silent once', async () => {
    const once = then((_request, asked) => (asked === 1 ? new MessagingTimeout({ message_id: 'm' }) : [['host2']]));
    const at = await shelved({ offloaded: true }, { scheduler: once });

    await unshelve(at);

    expect(at.server.states).toEqual(['active', null]);
    expect(at.world.scheduler?.asked).toHaveLength(3);
  });

  it('UNSHELVE-12 whose mapping vanishes on the way stays shelved', async () => {
    const at = await shelved(
      { offloaded: true },
      {
        adapt: (services) => ({
          ...services,
          image: {
            get: async (...asked) => {
              await services.tables.delete(MAPPINGS, instanceMappingKey(at.server.uuid));
              return services.image.get(...asked);
            },
          },
        }),
      },
    );

    await unshelve(at);

    expect(at.server.states).toEqual(['shelved_offloaded', null]);
    expect(await output(at)).toMatchObject({ error: 'InstanceMappingNotFound' });
  });

  it('UNSHELVE-14 is ordered in the zone of its new host, which is not saved here', async () => {
    const at = await shelved(
      { offloaded: true },
      {
        scheduler: then(() => [['host2']]),
        manners: (order) => dies(order.method === 'unshelve_instance', 'after-read'),
      },
    );
    await at.server.change({ availability_zone: 'old' });

    await unshelve(at);

    const instance = fieldsOf(at.server.ordered('unshelve_instance')[0]?.args['instance']);
    expect(instance['availability_zone']).toBe('az1');
    expect(at.server.item['availability_zone']).toBe('old');
  });

  it('that its host cannot spawn stays shelved and claims nothing', async () => {
    const at = await shelved(
      { offloaded: true },
      { manners: (order) => (order.method === 'unshelve_instance' ? { fail: 'no disk' } : 'build') },
    );

    await unshelve(at);

    expect(at.server.states).toEqual(['shelved_offloaded', null]);
    expect(at.world.claims(at.server.uuid)).toEqual([]);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', outcome: 'failed' });
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('whose host dies half-way stays shelved, and what the host says later counts no more', async () => {
    const at = await shelved(
      { offloaded: true },
      { scheduler: then(() => [['host2']]), manners: (order) => dies(order.method === 'unshelve_instance') },
    );

    await unshelve(at);

    expect(at.server.states).toEqual(['shelved_offloaded', null]);
    expect(at.server.item).toMatchObject({ host: null, 'op:hosts': '||' });
    expect(at.server.faults).toEqual([[400, expect.stringContaining('host2')]]);
    expect(at.world.claims(at.server.uuid)).toEqual([]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('can be unshelved again after a failure', async () => {
    let first = true;
    const manners: BuildWorldOptions['manners'] = (order) => {
      if (order.method !== 'unshelve_instance' || !first) return 'build';
      first = false;
      return { fail: 'no disk' };
    };
    const at = await shelved({ offloaded: true }, { manners });
    await unshelve(at);
    await at.server.change({ task_state: 'unshelving' });

    await unshelve({ ...at, context: await at.server.begin('unshelve') });

    expect(at.server.states).toEqual(['active', null]);
    expect(await leftOver(at.world)).toEqual([]);
  });
});

describe('a server that cannot be unshelved', () => {
  it('UNSHELVE-13 ends in error when it is not shelved', async () => {
    const at = await shelved({ offloaded: false });
    await at.server.change({ vm_state: 'active', task_state: 'unshelving' });

    await unshelve(at);

    expect(at.server.states).toEqual(['error', 'unshelving']);
    expect(at.server.faults).toEqual([]);
    expect(at.server.ordered('start_instance')).toEqual([]);
    expect(at.server.ordered('unshelve_instance')).toEqual([]);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is refused when its mapping names no cell, with a fault where its host leads', async () => {
    const at = await shelved({ offloaded: false });
    await at.world.ground.tables.update(MAPPINGS, instanceMappingKey(at.server.uuid), { set: { cell: null } });

    await unshelve(at);

    expect(at.server.states).toEqual(['shelved', null]);
    expect(at.server.faults).toEqual([[404, `Instance ${at.server.uuid} has no mapping to a cell.`]]);
    expect(await output(at)).toMatchObject({ outcome: 'refused', error: 'InstanceMappingNotFound' });
  });
});

const dies = (now: boolean, moment: 'after-read' | 'mid-build' = 'mid-build') =>
  now ? ({ die: moment } as const) : ('build' as const);

async function memberOfGroup({ world, server }: Shelved, policy: string) {
  const uuid = '99999999-9999-4999-8999-999999999999';
  await world.ground.tables.put('api', { pk: `group#${uuid}`, sk: 'group', policies: [policy], deleted: false });
  await world.ground.tables.put('api', { pk: `group#${uuid}`, sk: `member#${server.uuid}` });
  return {
    'nova_object.name': 'InstanceGroup',
    'nova_object.namespace': 'nova',
    'nova_object.version': '1.11',
    'nova_object.data': { uuid, policy, policies: [policy], members: [], hosts: [] },
  };
}
