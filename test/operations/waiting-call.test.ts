import { describe, expect, it } from 'vitest';
import { KeySealer } from '#local/emulation/key-sealer';
import { answerOf, isUnasked, registerCall, settleCall } from '#operations/waiting-call';
import { unreadAnswer } from '#operations/unread-answer';
import { DEFAULTS } from '#ports/configuration';
import type { Executions } from '#ports/executions';
import type { Tables } from '#ports/tables';
import { waitingCallItem } from '#records/items/waiting-call';
import { callKey, cellTable, queueLagKey, REQUESTS } from '#records/keys';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const CALL = { messageId: 'call-1', host: 'host1', token: 'token-1' };
const KEY = callKey('call-1');
const REPLY = { messageId: 'call-1', result: { secret: 'xyz' }, failure: null };

/** A world in which executions are described, at a time that can be set in seconds. */
function world() {
  const { tables } = memoryTables();
  const answers: string[] = [];
  let seconds = 1000;
  const executions: Executions = {
    start: () => Promise.reject(new Error('nothing is started')),
    status: () => Promise.reject(new Error('nobody is asked')),
    succeed: async (token, output) => void answers.push(`${token} ${JSON.stringify(output)}`),
    fail: () => Promise.reject(new Error('nothing fails')),
  };
  const clock = { now: () => seconds * 1000 + 1, timer: () => () => undefined };
  const at = (second: number) => {
    seconds = second;
  };
  const stored = async () => (await tables.get(REQUESTS, KEY)) ?? {};
  const config = DEFAULTS;
  return { tables, answers, executions, clock, config, at, stored, sealer: new KeySealer(new Uint8Array(32)) };
}
const away = (tables: Tables) => watching<Tables>(tables, { update: () => Promise.reject(new Error('away')) });

describe('a call to a compute', () => {
  it('is kept before it is sent, for as long as the documents of its request', async () => {
    const services = world();

    expect(await registerCall(services, CALL)).toBe(true);

    expect(await services.stored()).toMatchObject({
      token: 'token-1',
      host: 'host1',
      asked_at: 1_000_001,
      expires_at: 1000 + DEFAULTS.requestDays * 86_400,
    });
    expect(services.answers).toEqual([]);
  });

  it.each([
    ['was asked then, as what failed before has asked nobody', false, 2_000_001],
    ['was asked when it was first, if it was sent before', true, 1_000_001],
  ])('that is registered again waits with the new token, and %s', async (_title, again, asked_at) => {
    const services = world();
    await registerCall(services, CALL);
    services.at(2000);

    expect(await registerCall(services, { ...CALL, token: 'token-2' }, again)).toBe(true);

    expect(await services.stored()).toMatchObject({
      token: 'token-2',
      asked_at,
      expires_at: 2000 + DEFAULTS.requestDays * 86_400,
    });
  });

  it('that was answered before completes the Task at once', async () => {
    const services = world();
    await registerCall(services, CALL);
    await settleCall(services, REPLY, undefined);

    expect(await registerCall(services, { ...CALL, token: 'token-2' })).toBe(false);

    expect(services.answers.at(-1)).toBe('token-2 {"outcome":"answered"}');
  });

  it('is not registered while the table is away', async () => {
    const services = world();

    expect(await rejected(registerCall({ ...services, tables: away(services.tables) }, CALL))).toEqual(
      new Error('away'),
    );
  });
});

describe('an answer', () => {
  it('is kept sealed and completes the Task, a repeat once more', async () => {
    const services = world();
    await registerCall(services, CALL);

    const settled = [await settleCall(services, REPLY, ['host1']), await settleCall(services, REPLY, ['host1'])];

    expect(settled).toEqual([true, true]);
    expect(services.answers).toEqual(['token-1 {"outcome":"answered"}', 'token-1 {"outcome":"answered"}']);
    expect(JSON.stringify(await services.stored())).not.toContain('xyz');
    expect(await answerOf(services, 'call-1')).toEqual({ result: { secret: 'xyz' }, failure: null });
  });

  it('that says nothing but that it is done is kept without a seal', async () => {
    const services = world();
    await registerCall(services, CALL);

    await settleCall(services, { ...REPLY, result: null }, undefined);

    expect(waitingCallItem(await services.stored()).sealed).toBeUndefined();
    expect(await answerOf(services, 'call-1')).toEqual({ result: null, failure: null });
  });

  it('that is a failure is kept sealed, since its words may be secret', async () => {
    const services = world();
    await registerCall(services, CALL);

    await settleCall(services, { ...REPLY, result: null, failure: 'xyz' }, undefined);

    expect(JSON.stringify(await services.stored())).not.toContain('xyz');
    expect(await answerOf(services, 'call-1')).toEqual({ result: null, failure: 'xyz' });
  });

  it.each([
    ['of another host', 'call-1', ['host2']],
    ['of a bridge of other hosts', 'call-1', Array.from({ length: 40 }, (_, at) => `rack${at}`)],
    ['to a call that nobody made', 'call-9', undefined],
    ['of a bridge to a call that nobody made', 'call-9', Array.from({ length: 40 }, (_, at) => `rack${at}`)],
  ])('%s changes nothing', async (_title, messageId, hosts) => {
    const services = world();
    await registerCall(services, CALL);

    expect(await settleCall(services, { ...REPLY, messageId }, hosts)).toBe(false);

    expect(services.answers).toEqual([]);
    expect(await answerOf(services, 'call-1')).toBeUndefined();
  });

  it.each([20, 21])('of a bridge of %i hosts, the one that was asked among them, counts', async (count) => {
    const services = world();
    await registerCall(services, CALL);
    const hosts = ['host1', ...Array.from({ length: count - 1 }, (_, at) => `rack${at}`)];

    expect(await settleCall(services, REPLY, hosts)).toBe(true);
  });

  it('that says something else than the first changes nothing', async () => {
    const services = world();
    await registerCall(services, CALL);
    await settleCall(services, REPLY, undefined);

    await settleCall(services, { ...REPLY, result: null, failure: 'other' }, undefined);

    expect(await answerOf(services, 'call-1')).toEqual({ result: { secret: 'xyz' }, failure: null });
  });

  it('of another host after the first one completes nothing', async () => {
    const services = world();
    await registerCall(services, CALL);
    await settleCall(services, REPLY, ['host1']);

    expect(await settleCall(services, REPLY, ['host2'])).toBe(false);

    expect(services.answers).toHaveLength(1);
  });

  it('for which no Task waits any more is kept', async () => {
    const services = world();
    await services.tables.put(REQUESTS, { ...KEY, host: 'host1' });

    expect(await settleCall(services, REPLY, undefined)).toBe(true);

    expect(services.answers).toEqual([]);
  });

  it('comes again where the table is away', async () => {
    const services = world();

    const settling = settleCall({ ...services, tables: away(services.tables) }, REPLY, undefined);

    expect(await rejected(settling)).toEqual(new Error('away'));
  });
});

describe('a call without an answer', () => {
  it.each([
    [0, true],
    [29, true],
    [31, false],
  ])('has had no time for one %i seconds after it was made for 60: %s', async (seconds, unasked) => {
    const services = world();
    await registerCall(services, CALL);
    services.at(1000 + seconds);

    expect(await isUnasked(services, 'call-1', 60)).toBe(unasked);
  });

  it('was never asked where nothing of it is kept, and was where it has an answer', async () => {
    const services = world();

    expect(await isUnasked(services, 'call-1', 60)).toBe(true);
    await registerCall(services, CALL);
    await settleCall(services, REPLY, undefined);
    expect(await isUnasked(services, 'call-1', 60)).toBe(false);
    expect(await answerOf(services, 'call-9')).toBeUndefined();
  });

  it('has none of half of its time at the half', async () => {
    const services = world();
    await registerCall(services, CALL);
    services.at(1030);

    expect(await isUnasked(services, 'call-1', 60)).toBe(false);
  });
});

async function asked(pulse: number | null, waits = 100) {
  const services = world();
  await registerCall(services, CALL);
  if (pulse !== null)
    await services.tables.put(cellTable('cell1'), { ...queueLagKey, pulse_sent_at: (1000 + pulse) * 1000, lag: 0 });
  services.at(1000 + waits);
  const queues = {
    send: () => Promise.reject(new Error('nothing is sent')),
    sendBatch: () => Promise.reject(new Error('nothing is sent')),
    backlog: async () => ({ waiting: 0, inFlight: 0 }),
    changeVisibility: () => Promise.reject(new Error('nothing was received')),
  };
  return { ...services, queues, config: DEFAULTS };
}

describe('an answer that may lie unread', () => {
  const unanswered = { messageId: 'call-1', cell: 'cell1', host: 'host1', seconds: 60 };

  it('is reported with the reason and since when the host was asked', async () => {
    const services = await asked(30);

    expect(await unreadAnswer(services, unanswered)).toEqual({ reason: expect.stringMatching(/pulse/u), seconds: 100 });
  });

  it.each([
    ['where a pulse that was sent after its time was read', 61],
    ['where no pulse was ever read', null],
  ])('is none %s', async (_title, pulse) => {
    expect(await unreadAnswer(await asked(pulse), unanswered)).toBeUndefined();
  });

  it('is none of a call that nobody made', async () => {
    expect(await unreadAnswer(await asked(30), { ...unanswered, messageId: 'call-9' })).toBeUndefined();
  });
});
