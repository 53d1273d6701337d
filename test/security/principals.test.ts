import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { buildInstances } from '#client/compute-task-messages';
import { newObject } from '#wire/wire';
import type { RequestContext } from '#ports/context';
import { replyPrefix } from '#ports/reply-queue';
import { textOf } from '#wire/reading';
import { parseEnvelope, requestEnvelope } from '#wire/envelope';
import { objectQueue } from '#object-rpc/object-queue';
import { taskQueue } from '#task-rpc/task-queue';
import { CELLS } from '../fixtures/build-world.ts';
import { deployed, principalEvent } from '../fixtures/deployed/deployed-principals.ts';
import { recordServers } from '../fixtures/recorded-servers.ts';

const [CELL, OTHER_CELL] = CELLS;
const REPLIES = `${replyPrefix('AROAhost1')}test`;

const CONTEXT: RequestContext = {
  request_id: 'req-1',
  user_id: null,
  project_id: null,
  is_admin: true,
  read_deleted: 'no',
  timestamp: '2026-11-22T12:00:00.000000',
};

const refused = (): Promise<never> => Promise.reject(new Error('nothing is fetched'));

/** An Instance.save that a host makes of a server. */
const save = (uuid: string, uniqueId: string, queue = REPLIES): string =>
  requestEnvelope({
    method: 'object_action',
    version: '3.0',
    args: {
      objinst: {
        ...newObject('Instance', '2.7', { uuid, task_state: 'rebuilding' }),
        'nova_object.changes': ['task_state'],
      },
      objmethod: 'save',
      args: [],
      kwargs: {},
    },
    context: CONTEXT,
    uniqueId,
    reply: { queue, messageId: uniqueId },
  });

describe('a deployment that requires principals', () => {
  it.each([
    ['the host of the server', 'AROAhost1:session', REPLIES, null],
    [
      'the host of the server in a queue of its session',
      'AROAhost1:session',
      `${replyPrefix('AROAhost1:session')}test`,
      null,
    ],
    ['an API service', 'AROAapi:task', 'reply_api', null],
    ['another host', 'AROAhost2:session', `${replyPrefix('AROAhost2')}test`, 'Forbidden'],
    ['a host of another cell', 'AROAhost4:session', `${replyPrefix('AROAhost4')}test`, 'Forbidden'],
  ])('answers an Instance.save of %s', async (_who, sender, replies, failure) => {
    const { world, uuid, services } = await deployed();
    world.platform.queues.create(replies);

    await objectQueue(services, CELL)(principalEvent(save(uuid, 'u1', replies), sender, { sender: 'AROAhost1' }));

    const [reply] = world.platform.queues.messages(replies).map(({ body }) => parseEnvelope(body));
    const answered = reply?.kind === 'reply' ? reply.failure : undefined;
    expect(failure === null ? answered : answered?.includes(failure)).toBe(failure === null ? null : true);
    expect(world.server(uuid).item['task_state']).toBe(failure === null ? 'rebuilding' : null);
  });

  it('drops and counts what an unknown sender sends, whoever it claims to be, and fetches nothing for it', async () => {
    const { world, uuid, services } = await deployed();
    world.platform.queues.create(REPLIES);
    const blobs = { bucket: '', prefix: '', get: refused, put: refused };
    const log = new MemoryLog();
    const pointer = principalEvent('["software.amazon.payloadoffloading.PayloadS3Pointer", {}]', 'AROAstranger:x', {
      sender: 'AROAhost1',
      ExtendedPayloadSize: '1000000',
    });
    const call = principalEvent(save(uuid, 'u1'), 'AROAstranger:x', { sender: 'AROAhost1' });

    const serve = objectQueue({ ...services, blobs, log }, CELL);
    const outcomes = [...(await serve(pointer)), ...(await serve(call))];

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect([...log.counts]).toEqual([['unknown_senders', 2]]);
    const left = [REPLIES, `cell-${CELL.name}-conductor-dlq`].flatMap((queue) => world.platform.queues.messages(queue));
    expect(left).toEqual([]);
    expect(world.server(uuid).item['task_state']).toBeNull();
  });

  it.each([
    ['another host', 'AROAhost2:session', REPLIES],
    ['another session of its role', 'AROAhost1:other', `${replyPrefix('AROAhost1:session')}test`],
    ['an API service', 'AROAapi:task', REPLIES],
    ['a host that names the queue of an API service', 'AROAhost1:session', 'reply_api'],
  ])('writes no answer into the reply queue of somebody else: %s', async (_who, sender, queue) => {
    const { world, uuid, services } = await deployed();
    world.platform.queues.create(queue);
    const log = new MemoryLog();

    await objectQueue({ ...services, log }, CELL)(principalEvent(save(uuid, 'u1', queue), sender));

    expect(world.platform.queues.messages(queue)).toEqual([]);
    expect(log.counts.get('refused_reply_queues')).toBe(1);
  });

  it('writes no answer of the compute-task queue into the reply queue of somebody else', async () => {
    const { world, services } = await deployed();
    world.platform.queues.create(REPLIES);
    const log = new MemoryLog();
    const call = { method: 'rebuild_instance', namespace: 'compute_task', version: '1.24', args: {}, context: CONTEXT };
    const body = requestEnvelope({ ...call, uniqueId: 'u1', reply: { queue: REPLIES, messageId: 'm1' }, timeout: 60 });

    await taskQueue({ ...services, log })(principalEvent(body, 'AROAapi:task'));

    expect(world.platform.queues.messages(REPLIES)).toEqual([]);
    expect(log.counts.get('refused_reply_queues')).toBe(1);
  });

  it.each([
    ['the queue of another cell', OTHER_CELL],
    ['the API queue', undefined],
  ])('refuses a host on %s', async (_queue, cell) => {
    const { world, uuid, services } = await deployed();
    world.platform.queues.create(REPLIES);

    await objectQueue(services, cell)(principalEvent(save(uuid, 'u1'), 'AROAhost1:session'));

    const [reply] = world.platform.queues.messages(REPLIES).map(({ body }) => parseEnvelope(body));
    expect(reply).toMatchObject({ kind: 'reply', failure: expect.stringContaining('Forbidden') });
  });

  it.each([['a host', 'AROAhost1:s', 'may ask for a reschedule and for nothing else']])(
    'puts a build request of %s aside',
    async (_who, sender, reason) => {
      const { world, services } = await deployed();
      const { context, args } = world.request();
      const { request_spec, ...rest } = args;
      const body = requestEnvelope({
        method: 'schedule_and_build_instances',
        namespace: 'compute_task',
        version: '1.17',
        args: { ...rest, request_specs: request_spec, tags: null },
        context,
        uniqueId: 'u2',
      });
      const before = (await world.executions('build', 'launch')).length;

      await taskQueue(services)(principalEvent(body, sender, { sender: 'AROAapi' }));

      const [letter] = world.platform.queues.messages('compute-task-dlq');
      expect(textOf(letter?.attributes?.['reason'])).toContain(reason);
      expect(letter?.attributes?.['sender']).toBe(sender);
      expect(await world.executions('build', 'launch')).toHaveLength(before);
    },
  );

  it('puts the first attempt of build_instances aside when a host asks for it', async () => {
    const { world, services } = await deployed();
    const { context, args } = await recordServers(world);
    const body = requestEnvelope({
      ...buildInstances(args),
      namespace: 'compute_task',
      context,
      uniqueId: 'u3',
    });

    await taskQueue(services)(principalEvent(body, 'AROAhost1:s', { sender: 'AROAhost1' }));

    const [letter] = world.platform.queues.messages('compute-task-dlq');
    expect(textOf(letter?.attributes?.['reason'])).toContain('may ask for a reschedule and for nothing else');
    expect(await world.executions('build', 'launch')).toHaveLength(1);
  });
});
