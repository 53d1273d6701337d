import { describe, expect, test } from 'vitest';
import { memoryPlatform } from '../fixtures/memory/platform.ts';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import type { OutgoingMessage, Queues } from '#ports/queues';
import { assembleRecords } from '#assemble-records';
import { DEFAULTS } from '#ports/configuration';
import { Service } from '#objects/compute/service';
import { queueLagItem } from '#records/items/queue-lag';
import { queueLagKey } from '#records/keys';
import { objectQueue } from '#object-rpc/object-queue';
import { runnerExecutions } from '#local/emulation/runner-executions';
import { StepFunctions } from '#local/runner/runner';
import { parseEnvelope, requestEnvelope } from '#wire/envelope';
import { CONTEXT } from '../fixtures/records.ts';
import { sqsEvent, sqsRecord } from '../fixtures/endpoints/sqs-event.ts';
import { watching } from '../fixtures/watching.ts';

const CELL = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };
const REPLIES = 'reply_host1';

/** The object function over queues that turn down every message to which `refuse` says yes. */
function prepared(refuse: (messages: readonly OutgoingMessage[]) => boolean) {
  const platform = memoryPlatform({ clock: new VirtualClock(), cells: [CELL.name] });
  platform.queues.create(REPLIES);
  const { adapters, clock, queues } = platform;
  const refusing = watching<Queues>(queues, {
    sendBatch: (queue, messages) =>
      refuse(messages) ? Promise.reject(new Error('turned down')) : queues.sendBatch(queue, messages),
    send: (queue, message) =>
      refuse([message]) ? Promise.reject(new Error('turned down')) : queues.send(queue, message),
  });
  const runner = new StepFunctions({ clock, random: () => 0, invoke: () => Promise.resolve(null) });
  const executions = runnerExecutions(runner, DEFAULTS.deployment);
  const services = assembleRecords({ ...adapters, queues: refusing, clock, config: DEFAULTS, executions });
  const noted = async () => queueLagItem(await adapters.tables.get(`cell-${CELL.name}`, queueLagKey), 'host1');
  return { serve: objectQueue({ ...services, sealer: adapters.sealer }, CELL), queues, noted, now: () => clock.now() };
}

const call = (id: string): string =>
  requestEnvelope({
    method: 'ping',
    version: '1.0',
    namespace: 'baseapi',
    args: { arg: id },
    context: CONTEXT,
    uniqueId: id,
    reply: { queue: REPLIES, messageId: id },
  });

test('a call whose record is larger than a table takes gets an error at once', async () => {
  const { serve, queues } = prepared(() => false);
  const service = Service.make({ host: 'host1', binary: 'nova-compute', topic: 'x'.repeat(500_000) });
  const args = { objinst: service.toPrimitive(), objmethod: 'create', args: [], kwargs: {} };
  const reply = { queue: REPLIES, messageId: 'm1' };

  const settled = await serve(
    sqsEvent([
      requestEnvelope({ method: 'object_action', version: '3.0', args, context: CONTEXT, uniqueId: 'u', reply }),
    ]),
  );

  expect(settled).toMatchObject([{ status: 'fulfilled' }]);
  expect(queues.messages(REPLIES).map(({ body }) => parseEnvelope(body))).toMatchObject([
    { failure: expect.stringContaining('the conductor failed with ItemTooLarge') },
  ]);
});

test('an answer that its queue turns down has its own call made again, and no other of the batch', async () => {
  const { serve, queues } = prepared((messages) => messages.some(({ body }) => body.includes('bad')));

  const settled = await serve(sqsEvent([call('good'), call('bad'), call('fine')]));

  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const answered = queues.messages(REPLIES).map(({ body }) => /"_msg_id\\":\\"(?<id>\w+)/u.exec(body)?.groups?.['id']);
  expect(new Set(answered)).toEqual(new Set(['fine', 'good']));
});

describe('trouble on the way of hosts', () => {
  test('is noted when an answer cannot be sent: its caller says nothing more until it has come', async () => {
    const { serve, noted, now } = prepared(() => true);

    await serve(sqsEvent([call('m1')]));

    expect(await noted()).toMatchObject({ failedAt: now() });
  });

  test('is noted when a message comes again that no function of ours has failed: others may be hidden still', async () => {
    const { serve, noted, now } = prepared(() => false);
    const again = sqsRecord(call('m1'));

    await serve({ Records: [{ ...again, attributes: { ...again.attributes, ApproximateReceiveCount: '2' } }] });

    expect(await noted()).toMatchObject({ failedAt: now() });
  });

  test('is none while all is answered', async () => {
    const { serve, noted } = prepared(() => false);

    await serve(sqsEvent([call('m1')]));

    expect(await noted()).toMatchObject({ failedAt: undefined });
  });
});
