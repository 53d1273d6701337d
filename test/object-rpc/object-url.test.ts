import { gunzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { lambdaContext } from '#local/emulation/lambda-context';
import { objectHandler } from '#object-rpc/object-queue';
import { objectUrl } from '#object-rpc/object-url';
import type { Queues } from '#ports/queues';
import { replyPrefix } from '#ports/reply-queue';
import type { Tables } from '#ports/tables';
import { queueLagItem } from '#records/items/queue-lag';
import { serviceItem } from '#records/items/service';
import { serviceKey, urlLagKey } from '#records/keys';
import { parseEnvelope, replyEnvelope, requestEnvelope } from '#wire/envelope';
import { pointerBody } from '#wire/payload-pointer';
import { pulseBody } from '#wire/pulse';
import { newObject } from '#wire/wire';
import { CELLS } from '../fixtures/build-world.ts';
import { deployed, principalEvent } from '../fixtures/deployed/deployed-principals.ts';
import { CONTEXT } from '../fixtures/records.ts';
import { urlEvent } from '../fixtures/endpoints/url-event.ts';
import { watching } from '../fixtures/watching.ts';

const [CELL] = CELLS;
const HOST1 = 'AROAhost1:session';
const REPLIES = `${replyPrefix('AROAhost1')}test`;
const turnedDown = (): Promise<never> => Promise.reject(new Error('turned down'));
const ROLE = 'AROAconductor';

const call = (method: string, args: Parameters<typeof requestEnvelope>[0]['args'], queue: string | null = REPLIES) =>
  requestEnvelope({
    method,
    version: '3.0',
    args,
    context: { ...CONTEXT, is_admin: true },
    uniqueId: 'u1',
    ...(queue === null ? {} : { reply: { queue, messageId: 'm1' } }),
  });

/** An Instance.save that a host makes of a server. */
const save = (uuid: string, queue?: string | null): string => {
  const instance = newObject('Instance', '2.7', { uuid, task_state: 'rebuilding' });
  const objinst = { ...instance, 'nova_object.changes': ['task_state'] };
  return call('object_action', { objinst, objmethod: 'save', args: [], kwargs: {} }, queue);
};

/** A heartbeat that is stored. */
const report = (): string => {
  const service = newObject('Service', '1.22', { id: 1, host: 'host1', binary: 'nova-compute', report_count: 7 });
  const objinst = { ...service, 'nova_object.changes': ['report_count'] };
  return call('object_action', { objinst, objmethod: 'save', args: [], kwargs: {} });
};

/** The function behind the URL of a deployment whose role is known, over services of which some are changed. */
async function prepared(change: (at: Awaited<ReturnType<typeof deployed>>) => object = () => ({})) {
  const at = await deployed();
  const log = new MemoryLog();
  const services = { ...at.services, config: { ...at.services.config, roleId: ROLE }, log, ...change(at) };
  const serve = objectUrl(services, CELL);
  const { queues, tables, clock } = at.world.platform;
  return {
    ...at,
    log,
    queues,
    tables,
    ask: (body: string, userId = HOST1, headers = {}) => serve(urlEvent(body, { userId, headers, at: clock.now() })),
    /** A ping that is so long that it lies elsewhere, and has an answer that is as long. */
    long: async () => {
      const [args, reply] = [{ arg: 'x'.repeat(2_000_000) }, { queue: REPLIES, messageId: 'm1' }];
      const ping = { method: 'ping', version: '1.1', namespace: 'baseapi', args, context: CONTEXT, uniqueId: 'u1' };
      const { blobs } = services;
      const key = `${blobs.prefix}cell-${CELL.name}-conductor/long`;
      await blobs.put(key, requestEnvelope({ ...ping, reply }));
      return pointerBody({ bucket: blobs.bucket, key });
    },
    lag: async () => queueLagItem(await tables.get(`cell-${CELL.name}`, urlLagKey), 'host1'),
  };
}

describe('a direct call', () => {
  it('is answered in the response, by the envelope that a reply queue would have, and sends no message', async () => {
    const { ask, uuid, world, queues } = await prepared();
    queues.create(REPLIES);

    const { statusCode, body } = await ask(save(uuid));

    expect(statusCode).toBe(200);
    expect(parseEnvelope(body)).toMatchObject({ kind: 'reply', messageId: 'm1', failure: null });
    expect(world.server(uuid).item['task_state']).toBe('rebuilding');
    expect(queues.messages(REPLIES)).toEqual([]);
  });

  it.each(['gzip', 'gzip, deflate, br'])('is answered compressed where its caller accepts %s', async (accepted) => {
    const { ask, uuid } = await prepared();

    const answer = await ask(save(uuid), HOST1, { 'accept-encoding': accepted });

    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true });
    expect(answer.headers).toEqual({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
    const envelope = gunzipSync(Buffer.from(answer.body, 'base64')).toString();
    expect(parseEnvelope(envelope)).toMatchObject({ kind: 'reply', messageId: 'm1', failure: null });
  });

  it('is answered as it is where it is short, or its caller does not accept gzip', async () => {
    const { ask, uuid } = await prepared();
    const [args, reply] = [{ arg: 'x' }, { queue: REPLIES, messageId: 'm1' }];
    const asked = { method: 'ping', version: '1.1', namespace: 'baseapi', args, context: CONTEXT, uniqueId: 'u1' };
    const ping = requestEnvelope({ ...asked, reply });

    const answers = [
      await ask(ping, HOST1, { 'accept-encoding': 'gzip' }),
      await ask(save(uuid), HOST1, { 'accept-encoding': 'br' }),
    ];

    expect(answers.map(({ statusCode, isBase64Encoded }) => [statusCode, isBase64Encoded])).toEqual([
      [200, undefined],
      [200, undefined],
    ]);
  });

  it('that is refused is answered with the error', async () => {
    const { ask, uuid } = await prepared();

    const { statusCode, body } = await ask(save(uuid, `${replyPrefix('AROAhost2')}x`), 'AROAhost2:session');

    expect(statusCode).toBe(200);
    expect(parseEnvelope(body)).toMatchObject({ failure: expect.stringContaining('"class":"Forbidden"') });
  });

  it('whose answer no message would take is answered on the reply queue', async () => {
    const { ask, queues, long } = await prepared();
    queues.create(REPLIES);

    const answer = await ask(await long());

    expect(answer).toMatchObject({ statusCode: 202, body: '' });
    expect(queues.messages(REPLIES)).toHaveLength(1);
  });

  it('that failed for now says so, and is carried out once when it comes again by the queue', async () => {
    let writes = 0;
    const { ask, services, uuid, world, queues } = await prepared(({ services: { tables } }) => ({
      tables: watching<Tables>(tables, {
        update: async (...update) => {
          const done = await tables.update(...update);
          writes += 1;
          if (writes === 1) throw new Error('the answer got lost');
          return done;
        },
      }),
    }));
    queues.create(REPLIES);
    const context = lambdaContext('object-rpc', { timeoutSeconds: 10, memoryMb: 256 }, new VirtualClock());

    const { statusCode } = await ask(save(uuid));
    const updated = world.server(uuid).item['updated_at'];
    await objectHandler(services, CELL)(principalEvent(save(uuid), HOST1), context);

    expect(statusCode).toBe(503);
    expect(queues.messages(REPLIES).map(({ body }) => parseEnvelope(body))).toMatchObject([{ failure: null }]);
    expect(world.server(uuid).item).toMatchObject({ task_state: 'rebuilding', updated_at: updated });
  });

  it('whose long answer cannot be sent failed for now', async () => {
    const { ask, long } = await prepared(({ services: { queues } }) => ({
      queues: watching<Queues>(queues, { sendBatch: turnedDown, send: turnedDown }),
    }));

    const { statusCode } = await ask(await long());

    expect(statusCode).toBe(503);
  });

  it.each([
    ['a cast', (uuid: string) => save(uuid, null)],
    ['a call that names the reply queue of somebody else', (uuid: string) => save(uuid, `${replyPrefix('AROAx')}x`)],
  ])('has nothing in its response where there is nobody to answer: %s', async (_what, body) => {
    const { ask, uuid } = await prepared();

    expect(await ask(body(uuid))).toMatchObject({ statusCode: 204, body: '' });
  });

  it.each([
    ['no envelope', 'rubbish', 'body is not JSON'],
    ['an answer to a call of ours', replyEnvelope('m9', 'u9', 'yes', null), 'goes to its queue'],
    ['a pulse of somebody else', pulseBody(0), 'neither a request'],
  ])('that cannot be read is answered with the reason: %s', async (_what, body, reason) => {
    const { ask, queues } = await prepared();

    expect(await ask(body)).toMatchObject({ statusCode: 400, body: expect.stringContaining(reason) });
    expect(queues.messages(`cell-${CELL.name}-conductor-dlq`)).toEqual([]);
  });

  it('of an unknown sender is neither read nor answered', async () => {
    const { ask, uuid, world, log } = await prepared();

    expect(await ask(save(uuid), 'AROAstranger:host1')).toMatchObject({ statusCode: 403 });
    expect(world.server(uuid).item['task_state']).toBeNull();
    expect(log.counts.get('unknown_senders')).toBe(1);
  });
});

describe('what is noted of the function URL', () => {
  it('is that a pulse of ours was read, and by which address', async () => {
    const { ask, lag, tables } = await prepared();
    const sentAt = Date.parse('2026-11-22T11:59:59Z');

    const { statusCode } = await ask(pulseBody(sentAt), `${ROLE}:reconciler`);

    expect(statusCode).toBe(204);
    expect(await lag()).toMatchObject({ pulseSentAt: sentAt });
    expect(await tables.get(`cell-${CELL.name}`, urlLagKey)).toMatchObject({
      url: 'https://url1.lambda-url.us-east-1.on.aws/',
    });
  });

  it('is that somebody was served, which proves the same', async () => {
    const { ask, lag, uuid, world } = await prepared();

    await ask(save(uuid));

    expect((await lag()).pulseSentAt).toBe(world.platform.clock.now());
  });

  it('is trouble: a call that failed, and a host of which nothing could be made', async () => {
    const { ask, lag } = await prepared();

    await ask('rubbish');

    expect((await lag()).deadAt).toBeTypeOf('number');
  });

  it('is with a stored heartbeat that the host speaks so', async () => {
    const { ask, tables, world } = await prepared();
    await world.platform.clock.advance(60_000);

    const { body } = await ask(report());

    expect(parseEnvelope(body)).toMatchObject({ failure: null });
    const item = await tables.get(`cell-${CELL.name}`, serviceKey('host1', 'nova-compute'));
    expect(item && serviceItem(item).direct_at).toBe(item && serviceItem(item).last_seen_up);
  });
});

describe('an event of something else', () => {
  test.each([
    ['a batch of a queue', (uuid: string) => ({ ...urlEvent(save(uuid), { userId: HOST1 }), Records: [] })],
    ['a request that nobody authorised', (uuid: string) => urlEvent(save(uuid))],
    ['an invocation', () => ({ body: '{}' })],
  ])('is refused by the function behind the URL: %s', async (_what, event) => {
    const { services, uuid } = await prepared();

    await expect(objectUrl(services, CELL)(event(uuid))).rejects.toMatchObject({ name: 'NotAUrlRequest' });
  });

  test.each([
    ['a request to a URL', (uuid: string) => urlEvent(save(uuid), { userId: HOST1 })],
    ['records that SQS did not make', (uuid: string) => ({ Records: [{ body: save(uuid), eventSource: 'aws:s3' }] })],
  ])('is refused by the function behind the queue: %s', async (_what, event) => {
    const { services, uuid } = await prepared();
    const context = lambdaContext('object-rpc', { timeoutSeconds: 10, memoryMb: 256 }, new VirtualClock());
    const handler = objectHandler(services, CELL);

    const handed: Parameters<typeof handler>[0] = JSON.parse(JSON.stringify(event(uuid)));

    await expect(handler(handed, context)).rejects.toMatchObject({ name: 'NotABatch' });
  });
});
