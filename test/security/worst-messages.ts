import { objectQueue } from '#object-rpc/object-queue';
import { replyPrefix } from '#ports/reply-queue';
import { taskQueue } from '#task-rpc/task-queue';
import { requestEnvelope } from '#wire/envelope';
import { CELLS } from '../fixtures/build-world.ts';
import { deployed, principalEvent } from '../fixtures/deployed/deployed-principals.ts';

/*
 * Serves batches of the worst messages that a queue takes, in a process with the memory of the deployed function: a
 * program of its own, since what it looks for is that it does not die. Prints a line a batch, as JSON.
 */

const [CELL] = CELLS;
const REPLIES = `${replyPrefix('AROAhost1')}x`;
const BYTES = 1_040_000;
const [HOST, STRANGER] = ['AROAhost1:s', 'AROAstranger:s'] as const;

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** A text of one thing over and over, as large as a message may be. */
const filled = (bytes: number, each: string): string =>
  Array.from({ length: Math.floor(bytes / (each.length + 1)) }, () => each).join(',');

function call(objname: string, objmethod: string, kwargs: object): string {
  return requestEnvelope({
    method: 'object_class_action_versions',
    version: '3.0',
    args: { objname, objmethod, object_versions: { [objname]: '1.18' }, args: [], kwargs: { ...kwargs } },
    context: { request_id: 'req', user_id: null, project_id: null, is_admin: true, read_deleted: 'no', timestamp: '' },
    uniqueId: 'u',
    reply: { queue: REPLIES, messageId: 'm' },
  });
}

const uuid = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
const uuids = (count: number): string[] => Array.from({ length: count }, (_, at) => uuid(at));

/** Bodies by what is bad about them. */
const BODIES: Readonly<Record<string, string>> = {
  'nested 60 deep, over and over': `{"method":"object_action","args":{"objinst":[${filled(580_000, nested(60))}]}}`,
  'nothing but brackets': `{"method":"m","args":{"a":[${filled(BYTES, '[]')}]}}`,
  'nothing but names': `{"method":"m","args":{${filled(BYTES, '"a":{}')}}}`,
  'nested as deep as it is long': nested(BYTES / 2),
  'ninety thousand servers': call('BlockDeviceMappingList', 'get_by_instance_uuids', { instance_uuids: uuids(20_000) }),
  'a thousand servers of nobody': call('BlockDeviceMappingList', 'get_by_instance_uuids', {
    instance_uuids: uuids(1000),
  }),
  'objects in objects': `{"method":"object_action","args":{"objinst":{"nova_object.name":"InstanceList","nova_object.namespace":"nova","nova_object.version":"2.6","nova_object.data":{"objects":[${filled(900_000, '{"nova_object.name":"Instance","nova_object.namespace":"nova","nova_object.version":"2.7","nova_object.data":{"uuid":"u"}}')}]}},"objmethod":"save","args":[],"kwargs":{}}}`,
  'a server with as many names as fit': call('InstanceList', 'get_by_filters', {
    filters: Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`name${at}`, { value: `text${at}` }])),
  }),
  'one long text': JSON.stringify({ method: 'm', args: { a: 'x'.repeat(BYTES) } }),
  backslashes: `{"method":"m","args":{"a":"${'\\\\'.repeat(BYTES / 2)}"}}`,
  'a pointer without its size':
    '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"b","s3Key":"k"}]',
};

const { services, world } = await deployed();
world.platform.queues.create(REPLIES);
const queues = { object: objectQueue(services, CELL), task: taskQueue(services) };
const idle = process.resourceUsage().maxRSS;
for (const [what, body] of Object.entries(BODIES))
  for (const sender of [HOST, STRANGER])
    for (const [queue, serve] of Object.entries(queues)) {
      const [record] = principalEvent(body, sender).Records;
      if (record === undefined) throw new Error('an event has a record');
      const records = Array.from({ length: 10 }, (_, at) => ({ ...record, messageId: `m${at}` }));
      const before = process.cpuUsage();
      const settled = await serve({ Records: records });
      const { user, system } = process.cpuUsage(before);
      const ended = settled.length;
      process.stdout.write(
        `${JSON.stringify({ what, queue, sender, ended, ms: Math.round((user + system) / 1000), mb: Math.round((process.resourceUsage().maxRSS - idle) / 1024) })}\n`,
      );
    }
process.exit(0);
