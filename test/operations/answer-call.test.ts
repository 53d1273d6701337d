import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { NoValidHost } from '#errors';
import { answerCall, answerError, answerFailure } from '#operations/answer-call';
import type { Json } from '#ports/json';
import { serializeFailure } from '#wire/failure';

const NO_HOST = new NoValidHost({ reason: 'no room' });
const REPLY_QUEUE = 'reply_0123456789abcdef0123456789abcdef';
const CALLER = { queue: REPLY_QUEUE, messageId: 'm1' };

/** Queues that keep what is sent, with a log. */
function world() {
  const sent: Json[] = [];
  const log = new MemoryLog();
  const queues = {
    send: () => Promise.reject(new Error('answers are sent together')),
    sendBatch: async (queue: string, messages: readonly { readonly body: string }[]) => {
      for (const { body } of messages) sent.push({ queue, ...JSON.parse(JSON.parse(body)['oslo.message']) });
    },
    backlog: () => Promise.reject(new Error('nothing is counted')),
    changeVisibility: () => Promise.reject(new Error('nothing was received')),
  };
  return { sent, log, queues };
}

describe('a failure as its caller gets it', () => {
  it('is the one that was kept with the request, where the state machine caught that one', () => {
    const kept = serializeFailure(NO_HOST);

    expect(answerFailure(kept, { name: 'NoValidHost', message: 'cut' })).toEqual({
      name: 'NoValidHost',
      message: NO_HOST.message,
      text: kept,
    });
    expect(answerError(NO_HOST)).toEqual({ name: 'NoValidHost', message: NO_HOST.message, text: kept });
  });

  it.each([
    ['nothing was kept', undefined],
    ['another one was kept', serializeFailure(NO_HOST)],
    ['what was kept names none', '{}'],
    ['what was kept is no failure', '[]'],
  ])('names the one that was caught and nothing of its arguments, where %s', (_title, kept) => {
    const reported = answerFailure(kept, { name: 'TypeError', message: 'secret' });

    expect(reported).toMatchObject({ name: 'TypeError', message: 'secret' });
    expect(reported.text).toContain('TypeError');
    expect(reported.text).not.toContain('secret');
  });

  it('has no words where it was kept without', () => {
    expect(answerFailure('{"class":"OSError"}', { name: 'OSError', message: 'caught' }).message).toBe('');
  });
});

describe('a call that a workflow carried out', () => {
  it('is answered with the result, or null', async () => {
    const { log, queues, sent } = world();

    await answerCall({ queues, log }, CALLER, 'migrate_server');
    await answerCall({ queues, log }, CALLER, 'attach_volume', undefined, { id: 1 });

    const reply = { queue: REPLY_QUEUE, _msg_id: 'm1', _unique_id: 'm1-reply', failure: null };
    expect(sent).toMatchObject([
      { ...reply, result: null },
      { ...reply, result: { id: 1 } },
    ]);
    expect(log.lines).toEqual([]);
  });

  it('is answered with its failure, which is no server failure where callers know it', async () => {
    const { log, queues, sent } = world();

    await answerCall({ queues, log }, CALLER, 'migrate_server', answerError(NO_HOST));

    expect(sent).toMatchObject([{ _unique_id: 'm1-failure', failure: serializeFailure(NO_HOST) }]);
    expect(log.lines).toEqual([]);
  });

  it('is logged as a server failure where callers do not know it, answered or not', async () => {
    const { log, queues, sent } = world();

    await answerCall(
      { queues, log },
      undefined,
      'migrate_server',
      answerFailure(undefined, { name: 'E', message: '' }),
    );

    expect(log.lines).toMatchObject([{ level: 'error', fields: { method: 'migrate_server', error: 'E' } }]);
    expect(sent).toEqual([]);
  });

  it.each([
    ['was a cast', null],
    ['names no message', { queue: REPLY_QUEUE }],
    ['names no queue', { messageId: 'm1' }],
  ])('is answered nowhere where it %s', async (_title, reply) => {
    const { log, queues, sent } = world();

    await answerCall({ queues, log }, reply, 'migrate_server');

    expect(sent).toEqual([]);
    expect(log.counts.size).toBe(0);
  });
});
