import { describe, expect, it } from 'vitest';
import { settleRecords } from '#rpc/batch';
import { SIZE_ATTRIBUTE } from '#wire/payload-pointer';
import { sqsRecord } from '../fixtures/endpoints/sqs-event.ts';

const LONG = 'x'.repeat(65_537);

/** Serves three records, each of which takes so many milliseconds, and answers how many were in hand at once. */
async function served(records: Parameters<typeof settleRecords>[1], each = 1) {
  let [now, inHand, most] = [0, 0, 0];
  const settled = await settleRecords(
    { clock: { now: () => now, timer: () => () => undefined } },
    records,
    async () => {
      most = Math.max(most, (inHand += 1));
      await Promise.resolve();
      now += each;
      inHand -= 1;
    },
  );
  return { most, done: settled.map(({ status }) => status === 'fulfilled') };
}

describe('the messages of a batch', () => {
  it.each([
    ['short ones together', '{}', {}, 3],
    ['long ones one after the other', LONG, {}, 1],
    ['pointers one after the other', '["pointer"]', {}, 1],
    ['those that say that they are pointers one after the other', '{}', { [SIZE_ATTRIBUTE]: '9' }, 1],
  ])('are served: %s', async (_title, body, attributes, most) => {
    const records = [0, 1, 2].map((at) => sqsRecord(body, at, attributes));

    expect(await served(records)).toEqual({ most, done: [true, true, true] });
  });

  it('that are long come again where the batch has no time for them, and take no short one along', async () => {
    const records = [LONG, LONG, LONG, '{}'].map((body, at) => sqsRecord(body, at));

    expect((await served(records, 1500)).done).toEqual([true, true, false, true]);
  });
});
