import { describe, expect, it } from 'vitest';
import { migrateServer, unshelveInstance } from '#client/compute-task-messages';
import { replyPrefix } from '#ports/reply-queue';
import { taskQueue } from '#task-rpc/task-queue';
import { requestEnvelope } from '#wire/envelope';
import { textOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { deployed, principalEvent } from '../fixtures/deployed/deployed-principals.ts';

interface Unshelving {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly reservation?: string;
  /** Of the request spec. */
  readonly version?: string;
}

/** A deployment with a server on host1, and what senders ask of its compute-task queue. */
async function asking() {
  const { world, uuid, services } = await deployed();
  const { context } = world.request();
  const instance = newObject('Instance', '2.7', { uuid, host: 'host1' });
  const serve = taskQueue(services);
  const sent = { namespace: 'compute_task', context, uniqueId: 'u-1' };
  return {
    world,
    uuid,
    /** Has the server unshelved, for a request of this reservation. */
    unshelve: async (sender: string, { attributes = {}, reservation = 'r-1', version = '1.14' }: Unshelving = {}) => {
      const spec = newObject('RequestSpec', version, { instance_uuid: uuid, reservation_id: reservation });
      const body = requestEnvelope({ ...unshelveInstance(instance, spec), ...sent });
      await serve(principalEvent(body, sender, attributes));
    },
    /** Gives a move of the server back, and waits for the answer. */
    giveBack: async (sender: string, queue: string) => {
      const message = migrateServer({
        instance,
        scheduler_hint: { filter_properties: { retry: { num_attempts: 1, hosts: [] } } },
        live: false,
        rebuild: false,
        flavor: newObject('Flavor', '1.2', {}),
        block_migration: null,
        disk_over_commit: null,
        request_spec: newObject('RequestSpec', '1.14', { instance_uuid: uuid }),
        host_list: [],
      });
      const reply = { queue, messageId: 'c-1' };
      await serve(principalEvent(requestEnvelope({ ...message, ...sent, reply }), sender));
    },
    reasons: () =>
      world.platform.queues.messages('compute-task-dlq').map(({ attributes }) => textOf(attributes?.['reason'])),
  };
}

describe('the compute-task queue', () => {
  it('takes a request of a publisher once, and puts another one of the same name aside', async () => {
    const { world, unshelve, reasons } = await asking();

    await unshelve('AROAapi:x');
    await unshelve('AROAapi:x');
    const before = reasons();
    await unshelve('AROAapi:x', { reservation: 'r-2' });

    expect(before).toEqual([]);
    expect(reasons()).toEqual([expect.stringContaining('IncompatibleRequest')]);
    expect(await world.executions('unshelve')).toHaveLength(1);
  });

  it.each([
    ['what a host may not ask for', '1.14', 'Forbidden'],
    ['what nobody understands', '9.9', 'IncompatibleObjectVersion'],
  ])('begins nothing that ends the requests of others, for a host that asks for %s', async (_what, version, reason) => {
    const { world, unshelve, reasons } = await asking();

    await unshelve('AROAhost2:x', { version });

    expect(reasons()).toEqual([expect.stringContaining(reason)]);
    expect(await world.executions('unshelve')).toEqual([]);
  });

  it('carries out no letter that is sent again in the name of somebody whom nobody knows, nor ends its request', async () => {
    const { world, unshelve, reasons } = await asking();

    await unshelve('AROAoperator:x', { attributes: { sender: 'AROAgone:s' } });

    expect(reasons()).toEqual([expect.stringContaining('is not known to this deployment')]);
    expect(await world.executions('unshelve')).toEqual([]);
  });

  it('answers a host that gives back a move of a server which it does not have: it is to stop waiting', async () => {
    const { world, giveBack } = await asking();
    const queue = `${replyPrefix('AROAhost2')}0123456789ab`;
    world.platform.queues.create(queue);

    await giveBack('AROAhost2:x', queue);

    const [answer] = world.platform.queues.messages(queue);
    expect(answer?.body).toContain('c-1');
    expect(await world.executions('cold-migrate')).toEqual([]);
  });
});
