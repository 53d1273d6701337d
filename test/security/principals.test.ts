import { describe, expect, it } from 'vitest';
import type { SQSEvent } from 'aws-lambda';
import { buildInstances } from '#client/compute-task-messages';
import { newObject } from '#wire/wire';
import type { RequestContext } from '#ports/context';
import { MAPPINGS } from '#records/keys';
import { principalItem } from '#records/principals';
import { textOf } from '#wire/reading';
import { parseEnvelope, requestEnvelope } from '#wire/envelope';
import { objectQueue } from '#object-rpc/object-queue';
import { taskQueue } from '#task-rpc/task-queue';
import { BuildWorld, CELLS } from '../fixtures/build-world.ts';
import { recordServers } from '../fixtures/recorded-servers.ts';

const [CELL] = CELLS;
const REPLIES = 'reply_test';

const CONTEXT: RequestContext = {
  request_id: 'req-1',
  user_id: null,
  project_id: null,
  is_admin: true,
  read_deleted: 'no',
  timestamp: '2026-11-22T12:00:00.000000',
};

/** A world with a server, and its functions as they are deployed: hearing principals alone. */
async function deployed() {
  const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
  const [uuid = ''] = (await world.build()).uuids;
  for (const host of ['host1', 'host2'])
    await world.services.tables.put(MAPPINGS, principalItem({ principal: `AROA${host}`, role: 'host', hosts: [host] }));
  await world.services.tables.put(MAPPINGS, principalItem({ principal: 'AROAapi', role: 'publisher', hosts: [] }));
  world.platform.queues.create(REPLIES);
  const services = { ...world.services, config: { ...world.services.config, requirePrincipals: true } };
  return { world, uuid, services };
}

function event(body: string, sender: string, claimed: string): SQSEvent {
  const record: Partial<SQSEvent['Records'][number]> & Pick<SQSEvent['Records'][number], 'attributes'> = {
    attributes: {
      SenderId: sender,
      SentTimestamp: String(Date.parse('2026-11-22T12:00:00Z')),
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: '0',
    },
  };
  return {
    Records: [
      {
        messageId: 'm',
        receiptHandle: 'r',
        body,
        messageAttributes: { sender: { stringValue: claimed, dataType: 'String' } },
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: '',
        awsRegion: '',
        ...record,
      },
    ],
  };
}

/** An Instance.save that a host makes of a server. */
const save = (uuid: string, uniqueId: string): string =>
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
    reply: { queue: REPLIES, messageId: uniqueId },
  });

describe('a deployment that requires principals', () => {
  it.each([
    ['the host of the server', 'AROAhost1:session', null],
    ['an API service', 'AROAapi:task', null],
    ['another host', 'AROAhost2:session', 'Forbidden'],
    ['a stranger who claims to be the host', 'AROAstranger:x', 'Forbidden'],
  ])('answers an Instance.save of %s', async (_who, sender, failure) => {
    const { world, uuid, services } = await deployed();

    await objectQueue(services, CELL)(event(save(uuid, 'u1'), sender, 'AROAhost1'));

    const [reply] = world.platform.queues.messages(REPLIES).map(({ body }) => parseEnvelope(body));
    const told = reply?.kind === 'reply' ? reply.failure : undefined;
    expect(failure === null ? told : told?.includes(failure)).toBe(failure === null ? null : true);
    expect(world.server(uuid).item['task_state']).toBe(failure === null ? 'rebuilding' : null);
  });

  it.each([
    ['a host', 'AROAhost1:s', 'may ask for a reschedule and for nothing else'],
    ['a stranger', 'AROAnobody:s', 'is not known to this deployment'],
  ])('puts a build request of %s aside', async (_who, sender, reason) => {
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
    const before = (await world.executions('build')).length;

    await taskQueue(services)(event(body, sender, 'AROAapi'));

    const [letter] = world.platform.queues.messages('compute-task-dlq');
    expect(textOf(letter?.attributes?.['reason'])).toContain(reason);
    expect(letter?.attributes?.['sender']).toBe(sender);
    expect(await world.executions('build')).toHaveLength(before);
  });

  it('puts the first attempt of build_instances aside when a host asks for it', async () => {
    const { world, services } = await deployed();
    const { context, args } = await recordServers(world);
    const body = requestEnvelope({
      ...buildInstances(args),
      namespace: 'compute_task',
      context,
      uniqueId: 'u3',
    });

    await taskQueue(services)(event(body, 'AROAhost1:s', 'AROAhost1'));

    const [letter] = world.platform.queues.messages('compute-task-dlq');
    expect(textOf(letter?.attributes?.['reason'])).toContain('may ask for a reschedule and for nothing else');
    expect(await world.executions('build')).toHaveLength(1);
  });
});
