import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { OutgoingMessage } from '#ports/queues';
import { newObject } from '#wire/wire';
import { requestEnvelope } from '#wire/envelope';
import { beating, counted, HOSTS, SENT_BY, stormWorld } from './storm-world.ts';

/** Messages of the storm, and how many of one batch are sent at a time. */
const [MESSAGES, BATCH] = [10_000, 10] as const;

/** Seconds after which a service says again that it lives. */
const REPORT_INTERVAL_MS = 10_000;

const CONTEXT = {
  request_id: 'req',
  user_id: null,
  project_id: null,
  is_admin: true,
  read_deleted: 'no',
  timestamp: '',
};

const call = (method: string, args: object, namespace?: string): string =>
  requestEnvelope({
    method,
    version: namespace === undefined ? '3.0' : '1.17',
    args: { ...args },
    context: CONTEXT,
    uniqueId: 'u',
    reply: { queue: 'reply_0123456789abcdef0123456789abcdef', messageId: 'm' },
    ...(namespace === undefined ? {} : { namespace }),
  });

const service = {
  ...newObject('Service', '1.22', { id: 1, host: 'host1', forced_down: true }),
  'nova_object.changes': ['forced_down'],
};

/** What strangers send: forged, broken, deep, long, and pointers to what is not there. */
const BODIES = [
  call('object_action', { objinst: service, objmethod: 'save', args: [], kwargs: {} }),
  call('object_action', { objinst: service, objmethod: 'destroy', args: [], kwargs: {} }),
  call('object_class_action_versions', {
    objname: 'InstanceList',
    objmethod: 'get_by_host',
    object_versions: {},
    args: ['host1'],
    kwargs: {},
  }),
  call('schedule_and_build_instances', { build_requests: [], request_specs: [] }, 'compute_task'),
  call('build_instances', { instances: [newObject('Instance', '2.7', { uuid: crypto.randomUUID() })] }, 'compute_task'),
  '{"method":',
  '['.repeat(4000) + ']'.repeat(4000),
  '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"b","s3Key":"k"}]',
  JSON.stringify({ _msg_id: 'm', result: null, failure: null, ending: true }),
  'x'.repeat(20_000),
];

/** The worst that a message may weigh; a few of them, since the emulator keeps them in this process. */
const HEAVY = 'x'.repeat(1_000_000);

/** A stranger now and then claims to be a host; half of them come under a name of their own each. */
const message = (at: number): OutgoingMessage => ({
  body: at % 500 === 0 ? HEAVY : (BODIES[at % BODIES.length] ?? ''),
  attributes: {
    [SENT_BY]: at % 2 === 0 ? 'AROASTRANGER:s' : `AROASTRANGER:s${at}`,
    sender: `host:${HOSTS[at % HOSTS.length]}`,
  },
});

const batchOf = (from: number): OutgoingMessage[] => Array.from({ length: BATCH }, (_, each) => message(from + each));

/** The storm waits for the next heartbeat after so many messages: however fast it is, 25 heartbeats lie within it. */
const MESSAGES_A_BEAT = 400;

/** Half of it goes to the queue that the hosts of a cell speak by. */
const QUEUES = ['cell-cell1-conductor', 'cell-cell1-conductor', 'conductor', 'compute-task'];

/** The value below which so many of a hundred lie. */
const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[
    Math.min(values.length - 1, Math.floor((values.length * share) / 100))
  ] ?? 0;

/** What a storm does to a deployment of its own. */
async function weathered() {
  const { world, platform } = await stormWorld();
  const verdicts = (): Promise<string[]> =>
    Promise.all(HOSTS.map(async (host) => (await world.services.serviceGroup.verdict('cell1', host)).liveness));
  const dropped = (): number => platform.log.counts.get('unknown_senders') ?? 0;
  const calm = await beating(world, 'host1');
  await vi.waitUntil(() => calm.sent() >= 10, { timeout: 60_000 });
  const quiet = await calm.stop();
  const before = await counted(world, platform);
  const states = [...(await verdicts())];

  const beats = await beating(world, 'host1');
  for (let at = 0; at < MESSAGES; at += QUEUES.length * BATCH) {
    await Promise.all(
      QUEUES.map((queue, lane) => platform.adapters.queues.sendBatch(queue, batchOf(at + lane * BATCH))),
    );
    await vi.waitUntil(() => beats.sent() > at / MESSAGES_A_BEAT, { timeout: 60_000 });
    if (at % 2000 === 0) states.push(...(await verdicts()));
  }
  await vi.waitUntil(() => dropped() >= MESSAGES, { timeout: 200_000, interval: 100 });
  const stormy = await beats.stop();
  states.push(...(await verdicts()));
  const after = await counted(world, platform);
  await world.stop();
  return { quiet, stormy, states, before, after, dropped: dropped() };
}

describe('ten thousand messages of unknown senders', () => {
  let storm: Awaited<ReturnType<typeof weathered>>;
  beforeAll(async () => {
    storm = await weathered();
  }, 300_000);

  it('are dropped and counted, every one', () => {
    expect(storm.dropped).toBe(MESSAGES);
  });

  it('delay no heartbeat by as much as a report interval', () => {
    const [quiet, stormy] = [percentile(storm.quiet, 99), percentile(storm.stormy, 99)];

    expect(storm.stormy.length).toBeGreaterThan(20);
    expect(stormy).toBeLessThan(REPORT_INTERVAL_MS);
    expect(stormy - quiet).toBeLessThan(REPORT_INTERVAL_MS);
  });

  it('turn no host down or unknown', () => {
    expect(new Set(storm.states)).toEqual(new Set(['up']));
  });

  it('leave nothing behind: no item, queue, message, payload or execution', () => {
    expect(storm.after).toEqual(storm.before);
  });
});
