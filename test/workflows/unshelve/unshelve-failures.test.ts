import { describe, expect, it } from 'vitest';
import { MessagingTimeout, NoValidHost } from '#errors';
import type { Attributes } from '#ports/tables';
import { retriesFromDict } from '#objects/request-spec/scheduler-retries';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import { isFree } from '#operations/own-operation';
import type { BuildWorldOptions } from '../../fixtures/build-world.ts';
import { afterBuild, dies, losing } from '../../fixtures/host-scripts.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { output, shelved, unshelve, unshelveCast } from '../../fixtures/shelved-server.ts';

describe('an unshelve that fails', () => {
  it('UNSHELVE-02 whose task has changed is left alone', async () => {
    const at = await shelved({ offloaded: false });
    await at.server.change({ task_state: 'deleting' });

    await unshelve(at);

    expect(at.server.orders('start_instance')).toEqual([]);
    expect(at.server.state).toBe('shelved/deleting');
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', error: 'UnexpectedDeletingTaskStateError' });
  });

  it('UNSHELVE-08 whose image is gone ends in error', async () => {
    const at = await shelved({ offloaded: true, image: 'gone' }, { scheduler: () => [['host1']] });

    await unshelve(at);

    const reason = 'Unshelve attempted but the image gone cannot be found.';
    expect(at.server.state).toBe('error/unshelving');
    expect(at.server.item['lookup_sort']).toBe(at.server.item['created_at']);
    expect(at.server.events(at.context)).toEqual([['get_image_info', 'Error']]);
    expect(at.server.faults).toEqual([[404, reason]]);
    expect(at.world.scheduler?.asked).toHaveLength(1);
    expect(isFree(at.server.item)).toBe(true);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', error: 'UnshelveException' });
  });

  it('whose image nobody can give stays shelved, its event an error', async () => {
    const at = await shelved(
      { offloaded: true },
      {
        around: (run, { step }) =>
          step === 'find-image' ? Promise.reject(new TypeError('x is not a function')) : run(),
      },
    );

    await unshelve(at);

    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(isFree(at.server.item)).toBe(true);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', outcome: 'failed', error: 'TypeError' });
  });

  it('UNSHELVE-09 EVT-07 for which there is no valid host stays shelved', async () => {
    const none = afterBuild(() => new NoValidHost({ reason: 'none' }));
    const at = await shelved({ offloaded: true }, { scheduler: none });

    await unshelve(at);

    expect(at.server.state).toBe('shelved_offloaded/null');
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
    const group = await at.server.group('anti-affinity');

    await unshelve(at, { instance_group: group });

    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(at.server.faults).toEqual([]);
    expect(at.world.scheduler?.asked).toHaveLength(1);
    expect(await output(at)).toMatchObject({ error: 'UnsupportedPolicyException' });
  });

  it('UNSHELVE-11 SCHED-23 stays shelved when the scheduler never answers, asked three times', async () => {
    const silent = afterBuild(() => new MessagingTimeout({ message_id: 'm' }));
    const at = await shelved({ offloaded: true }, { scheduler: silent });

    await unshelve(at);

    expect(at.world.scheduler?.asked).toHaveLength(4);
    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(await output(at)).toMatchObject({ error: 'MessagingTimeout' });
  });

  it('SCHED-22 is asked for again when the scheduler was silent once', async () => {
    const once = afterBuild((_request, asked) =>
      asked === 1 ? new MessagingTimeout({ message_id: 'm' }) : [['host2']],
    );
    const at = await shelved({ offloaded: true }, { scheduler: once });

    await unshelve(at);

    expect(at.server.state).toBe('active/null');
    expect(at.world.scheduler?.asked).toHaveLength(3);
  });

  it('UNSHELVE-12 whose mapping vanishes on the way stays shelved', async () => {
    const at = await shelved(
      { offloaded: true },
      {
        adapt: (services) => ({
          ...services,
          image: {
            ...services.image,
            get: async (...asked) => {
              await services.tables.delete(MAPPINGS, instanceMappingKey(at.server.uuid));
              return services.image.get(...asked);
            },
          },
        }),
      },
    );

    await unshelve(at);

    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(await output(at)).toMatchObject({ error: 'InstanceMappingNotFound' });
  });

  it('that its host cannot spawn stays shelved and claims nothing', async () => {
    const at = await shelved(
      { offloaded: true },
      { behaviour: (order) => (order.method === 'unshelve_instance' ? { fail: 'no disk' } : 'build') },
    );

    await unshelve(at);

    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(at.world.claims(at.server.uuid)).toEqual([]);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', outcome: 'failed' });
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('whose host dies half-way stays shelved, and what the host says later counts no more', async () => {
    const at = await shelved(
      { offloaded: true },
      { scheduler: afterBuild(() => [['host2']]), behaviour: (order) => dies(order.method === 'unshelve_instance') },
    );

    await unshelve(at);

    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(at.server.item).toMatchObject({ host: null, 'op:hosts': '||' });
    expect(at.server.faults).toEqual([[400, expect.stringContaining('host2')]]);
    expect(at.server.events(at.context)).toContainEqual(['schedule_instances', 'Success']);
    expect(at.world.claims(at.server.uuid)).toEqual([]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('whose host dies once the record names it is found on no host', async () => {
    const at = await shelved(
      { offloaded: true },
      { scheduler: afterBuild(() => [['host2']]), behaviour: (order) => dies(order.method === 'unshelve_instance') },
    );
    await unshelveCast(at);
    await at.world.clock.advance(5000);
    await at.server.change({ host: 'host2', by_host: 'host2', by_host_sort: 'instance' });

    await at.world.end();

    const { host, by_host, by_host_sort } = at.server.item;
    expect([host, by_host, by_host_sort]).toEqual([null, undefined, undefined]);
  });

  it.each([
    ['its user has soft-deleted', { vm_state: 'soft-delete', task_state: null }],
    ['another execution has', { 'op:unshelve:owner': 'another' }],
  ])('whose image is gone leaves a server alone that %s', async (_who, change) => {
    const at = await shelved(
      { offloaded: true, image: 'gone' },
      {
        around: async (run, { step }) => {
          if (step === 'mark-error') await at.server.change(change);
          return run();
        },
      },
    );
    const { vm_state }: Attributes = { ...at.server.item, ...change };

    await unshelve(at);

    expect(at.server.item['vm_state']).toBe(vm_state);
    expect(at.server.faults).toEqual([]);
  });

  it('for want of a host ends its event as an error, though an administrator has reset its task', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: afterBuild(() => new NoValidHost({ reason: 'none' })) });
    await at.server.change({ task_state: null });

    await unshelve(at);

    expect(at.server.events(at.context)).toContainEqual(['schedule_instances', 'Error']);
  });

  it('whose tries are used up stays shelved, unscheduled', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: () => [['host1']] });

    await unshelve(at, { retry: retriesFromDict({ num_attempts: 3, hosts: [] }).toPrimitive() });

    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(at.world.scheduler?.asked).toHaveLength(1);
    expect(await output(at)).toMatchObject({ error: 'MaxRetriesExceeded' });
  });

  it('whose order is lost by a host that lives is given up after orderSeconds, shelved as before', async () => {
    const at = await shelved(
      { offloaded: true },
      { scheduler: afterBuild(() => [['host2']]), config: { orderSeconds: 600 }, adapt: losing('unshelve_instance') },
    );
    const asked = at.world.clock.now();

    await unshelve(at);

    expect(at.world.clock.now() - asked).toBeGreaterThanOrEqual(600_000);
    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(at.server.item).toMatchObject({ host: null, 'op:hosts': '||' });
    expect(at.server.faults).toEqual([[400, expect.stringContaining('host2')]]);
    expect(at.world.claims(at.server.uuid)).toEqual([]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('can be unshelved again after a failure', async () => {
    let first = true;
    const behaviour: BuildWorldOptions['behaviour'] = (order) => {
      if (order.method !== 'unshelve_instance' || !first) return 'build';
      first = false;
      return { fail: 'no disk' };
    };
    const at = await shelved({ offloaded: true }, { behaviour });
    await unshelve(at);
    await at.server.change({ task_state: 'unshelving' });

    await unshelve({ ...at, context: await at.server.begin('unshelve') });

    expect(at.server.state).toBe('active/null');
    expect(await leftOver(at.world)).toEqual([]);
  });
});
