import { describe, expect, it } from 'vitest';
import { retriesFromDict } from '#objects/request-spec/scheduler-retries';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import { allocationRequestText } from '#wire/allocation-request';
import { fieldsOf, mapOf, plainText, textsOf } from '#wire/reading';
import { SNAPSHOT } from '../../fixtures/existing-server.ts';
import { afterBuild, dies } from '../../fixtures/host-scripts.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { output, shelved, unshelve } from '../../fixtures/shelved-server.ts';
import { watching } from '../../fixtures/watching.ts';

describe('a shelved server that is still on its host', () => {
  it('UNSHELVE-01 is started there, with neither scheduler nor image asked', async () => {
    const at = await shelved({ offloaded: false }, { scheduler: () => [['host1']] });

    await unshelve(at);

    const [order] = at.server.orders('start_instance');
    expect(order).toMatchObject({ host: 'host1', version: '6.0' });
    expect(fieldsOf(order?.args['instance'])).toMatchObject({ task_state: 'powering-on', vm_state: 'shelved' });
    expect(at.world.scheduler?.asked).toHaveLength(1);
    expect(at.server.events(at.context)).toEqual([['compute_start_instance', 'Success']]);
    expect(at.server.state).toBe('active/null');
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('whose host dies is shelved as before, with a fault', async () => {
    const at = await shelved({ offloaded: false }, { behaviour: (order) => dies(order.method === 'start_instance') });

    await unshelve(at);

    expect(at.server.state).toBe('shelved/null');
    expect(at.server.item['host']).toBe(at.server.orders('start_instance')[0]?.host);
    expect(at.server.faults).toEqual([[400, expect.stringContaining('unavailable')]]);
    expect(await leftOver(at.world)).toEqual([]);
  });
});

describe('a shelved server that was offloaded', () => {
  it('without a request spec is scheduled with its image, unless that is deleted, and unshelved by the chosen host [UNSHELVE-03]', async () => {
    const images: unknown[] = [];
    const at = await shelved(
      { offloaded: true },
      {
        scheduler: afterBuild(() => [['host2']]),
        adapt: (services) => ({
          ...services,
          image: watching(services.image, {
            get: (context, id, options) => {
              images.push([id, options]);
              return services.image.get(context, id, options);
            },
          }),
        }),
      },
    );

    await unshelve(at, null);

    expect(images).toEqual([[SNAPSHOT, { showDeleted: false }]]);
    const [order] = at.server.orders('unshelve_instance');
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
    expect(at.server.state).toBe('active/null');
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
    const [order] = at.server.orders('unshelve_instance');
    expect(order?.host).toBe('host4');
    expect(order?.args['filter_properties']).toMatchObject({ limits: {}, retry: { num_attempts: 1 } });
    expect(order?.args['request_spec']).toEqual(at.world.scheduler?.asked[1]?.spec);
  });

  it.each([
    ['counts as new where it has extra specs', { 'hw:cpu_policy': 'shared' }, true],
    ['does not where it has none', {}, false],
  ])('is ordered with its flavor, which %s', async (_title, extra_specs, isNew) => {
    const at = await shelved({ offloaded: true });
    const flavor = mapOf(at.server.item['flavor']);
    await at.server.change({
      flavor: { ...flavor, 'nova_object.data': { ...mapOf(flavor['nova_object.data']), extra_specs } },
    });

    await unshelve(at);

    const instance = mapOf(at.server.orders('unshelve_instance')[0]?.args['instance'] ?? null);
    expect(fieldsOf(fieldsOf(instance)['flavor'])['extra_specs']).toEqual(extra_specs);
    expect(textsOf(instance['nova_object.changes']).includes('flavor')).toBe(isNew);
  });

  it('UNSHELVE-05 keeps the destination that its spec names, with the cell added', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: afterBuild(() => [['host2']]) });
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
    const { filter_properties } = at.server.orders('unshelve_instance')[0]?.args ?? {};
    const bound = fieldsOf(mapOf(filter_properties ?? null)['requested_destination']);
    expect(fieldsOf(bound['cell'])).toMatchObject({ name: 'cell1' });
  });

  it('is ordered with the hosts that were tried before, and its own', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: afterBuild(() => [['host2']]) });
    const retry = retriesFromDict({ num_attempts: 1, hosts: [['host3', 'node3']] }).toPrimitive();

    await unshelve(at, { retry });

    expect(at.server.orders('unshelve_instance')[0]?.args['filter_properties']).toMatchObject({
      retry: {
        num_attempts: 2,
        hosts: [
          ['host3', 'node3'],
          ['host2', 'host2'],
        ],
      },
    });
  });

  it('holds nothing of the host that it was on before', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: afterBuild(() => [['host2']]) });
    const { placement } = at.world.services;
    const node = at.world.items('cell-cell1').find(({ by_host, sk }) => by_host === 'host1' && sk === 'compute-node');
    const owner = { projectId: 'p', userId: 'u' };
    await placement.claim(at.server.uuid, allocationRequestText(plainText(node?.['uuid']), { VCPU: 1 }), owner);

    await unshelve(at);

    expect(at.world.claims(at.server.uuid)).toEqual(['host2']);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it.each([
    ['UNSHELVE-06', undefined],
    ['UNSHELVE-07', null],
  ])('%s that is volume-backed needs no image', async (_row, shelved_image_id) => {
    const at = await shelved({ offloaded: true, image: null });
    if (shelved_image_id === null)
      await at.server.change({ system_metadata: { ...mapOf(at.server.item['system_metadata']), shelved_image_id } });

    await unshelve(at);

    expect(at.server.orders('unshelve_instance')[0]?.args['image']).toBeNull();
    expect(at.server.events(at.context).map(([event]) => event)).not.toContain('get_image_info');
    expect(at.server.state).toBe('active/null');
  });

  it('UNSHELVE-14 is ordered in the zone of its new host, which is not saved here', async () => {
    const at = await shelved(
      { offloaded: true },
      {
        scheduler: afterBuild(() => [['host2']]),
        behaviour: (order) => dies(order.method === 'unshelve_instance', 'after-read'),
      },
    );
    await at.server.change({ availability_zone: 'old' });

    await unshelve(at);

    const instance = fieldsOf(at.server.orders('unshelve_instance')[0]?.args['instance']);
    expect(instance['availability_zone']).toBe('az1');
    expect(at.server.item['availability_zone']).toBe('old');
  });
});

it.each([
  ['is still on its host', false, 'start-in-place', 'start_instance'],
  ['was offloaded', true, 'unshelve-on-host', 'unshelve_instance'],
])(
  'a shelved server that %s is ordered although the Task ended before it began',
  async (_where, offloaded, step, method) => {
    let begun = 0;
    const at = await shelved(
      { offloaded },
      { around: async (run, event) => (event.step === step && (begun += 1) === 1 ? {} : run()) },
    );

    await unshelve(at);

    expect(at.server.orders(method)).toHaveLength(1);
    expect(at.server.state).toBe('active/null');
  },
);

describe('a server that cannot be unshelved', () => {
  it('UNSHELVE-13 ends in error when it is not shelved', async () => {
    const at = await shelved({ offloaded: false });
    await at.server.change({ vm_state: 'active', task_state: 'unshelving' });

    await unshelve(at);

    expect(at.server.state).toBe('error/unshelving');
    expect(at.server.faults).toEqual([]);
    expect(at.server.orders('start_instance')).toEqual([]);
    expect(at.server.orders('unshelve_instance')).toEqual([]);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is refused when its mapping names no cell, with a fault where its host leads', async () => {
    const at = await shelved({ offloaded: false });
    await at.world.platform.tables.update(MAPPINGS, instanceMappingKey(at.server.uuid), { set: { cell: null } });
    await at.server.change({ lookup: 'transition#0' });

    await unshelve(at);

    expect(at.server.state).toBe('shelved/null');
    expect(at.server.item['lookup']).toBe('shelved');
    expect(at.server.faults).toEqual([[404, `Instance ${at.server.uuid} has no mapping to a cell.`]]);
    expect(await output(at)).toMatchObject({ outcome: 'refused', error: 'InstanceMappingNotFound' });
  });
});
