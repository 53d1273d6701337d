import { describe, expect, it } from 'vitest';
import type { BuildCommand } from '#local/demo/demo-world';
import { TINY } from '#local/demo/flavors';
import { requestEnvelope } from '#wire/envelope';
import { BuildWorld } from '../fixtures/build-world.ts';
import { afterBuild, dies } from '../fixtures/host-scripts.ts';
import { coldWorld } from '../fixtures/moves.ts';
import { EVACUATE, rebuild, running, stranded, type Rebuilt } from '../fixtures/rebuilt-server.ts';
import { exposed, marksOf } from './exposed.ts';

const PASSWORD = 'correct-horse-battery';
const FILE = 'staple-in-a-file';
const TOKEN = 'gAAAA-token-of-the-user';

const MARKS = marksOf(PASSWORD, FILE, TOKEN);

const HUGE = { ...TINY, id: 9, name: 'm9.huge', vcpus: 4096, memoryMb: 16_777_216 };

function marked({ context, args, uuids }: BuildCommand): BuildCommand {
  return {
    uuids,
    context: { ...context, auth_token: TOKEN },
    args: { ...args, admin_password: PASSWORD, injected_files: [['/etc/motd', Buffer.from(FILE).toString('base64')]] },
  };
}

/** What a rebuild is asked with. */
const SECRETS = { new_pass: PASSWORD, injected_files: [['/etc/motd', Buffer.from(FILE).toString('base64')]] };

const tokened = (at: Rebuilt): Rebuilt => ({ ...at, context: { ...at.context, auth_token: TOKEN } });

/** What the hosts got: proof that the secrets were on their way at all. */
const ordered = (world: BuildWorld): string =>
  JSON.stringify(world.orders().map(({ args, context }) => [args, context]));

describe('admin_password, injected_files and auth_token', () => {
  it('reach the host, and are shown nowhere after builds that succeed, are rescheduled, buried and given up', async () => {
    const world = await BuildWorld.boot({
      config: { notificationFormat: 'both', notifyOnStateChange: 'vm_and_task_state' },
      behaviour: (order, attempt) => {
        const name = JSON.stringify(order.args['instance']);
        if (name.includes('"vm2"') && attempt === 1) return { fail: `cannot write ${PASSWORD.slice(0, 3)}…` };
        if (name.includes('"vm3"')) return { fail: 'out of order' };
        return name.includes('"vm4"') && attempt === 1 ? { die: 'after-read' } : 'build';
      },
    });

    await world.build(marked(world.request(4)));
    await world.build(marked(world.request(1, HUGE)));

    expect(ordered(world)).toContain(PASSWORD);
    expect(ordered(world)).toContain(TOKEN);
    expect(await exposed(world, MARKS)).toEqual([]);
  });

  it('are in the body of a message that cannot be understood, and in none of its attributes', async () => {
    const world = await BuildWorld.boot();
    const { context, args } = marked(world.request());
    const body = requestEnvelope({
      method: 'schedule_and_forget',
      namespace: 'compute_task',
      version: '1.17',
      args: { ...args, build_requests: [...args.build_requests], request_spec: [...args.request_spec], tags: null },
      context,
      uniqueId: 'u1',
    });

    await world.services.queues.send('compute-task', { body });
    await world.services.queues.send('compute-task', { body: `{"admin_password": "${PASSWORD}"` });
    await world.services.queues.send('conductor', { body });
    await world.end();

    expect(world.platform.queues.messages('compute-task-dlq')).toHaveLength(2);
    expect(await exposed(world, MARKS)).toEqual([]);
  });

  it.each([
    ['that succeeds', false],
    ['whose host dies', true],
  ])('are shown nowhere after a rebuild %s', async (_how, dying) => {
    const at = tokened(await running({ behaviour: (order) => dies(dying && order.method === 'rebuild_instance') }));

    await rebuild(at, { ...SECRETS, host: at.server.item['host'] ?? null });

    expect(ordered(at.world)).toContain(PASSWORD);
    expect(await exposed(at.world, MARKS)).toEqual([]);
  });

  it('are shown nowhere after an evacuation', async () => {
    const at = tokened(await stranded({ scheduler: afterBuild(() => [['host2']]) }));

    await rebuild(at, { ...EVACUATE, ...SECRETS });

    expect(ordered(at.world)).toContain(PASSWORD);
    expect(await exposed(at.world, MARKS)).toEqual([]);
  });

  it('are shown nowhere after a resize', async () => {
    const moving = await coldWorld();
    const args = { ...moving.arguments({ flavor: { id: 2, memory_mb: 2048 } }), reservations: null };

    await moving.of.client.cast('migrate_server', '1.20', args, { ...moving.context, auth_token: TOKEN });
    await moving.of.end();

    expect(ordered(moving.of)).toContain(TOKEN);
    expect(await exposed(moving.of, MARKS)).toEqual([]);
  });

  it('are in no attribute of a dead letter that was redriven and came back', async () => {
    const world = await BuildWorld.boot();
    const { queues } = world.platform;
    await world.services.queues.send('compute-task', { body: `{"admin_password": "${PASSWORD}"` });
    await world.end();

    for (const { receiptHandle, body, attributes } of queues.receive('compute-task-dlq')) {
      const { reason: _reason, ...kept } = attributes;
      await queues.send('compute-task', { body, attributes: kept });
      queues.delete('compute-task-dlq', receiptHandle);
    }
    await world.end();

    expect(queues.messages('compute-task-dlq')).toHaveLength(1);
    expect(await exposed(world, MARKS)).toEqual([]);
  });
});
