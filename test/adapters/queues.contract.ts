import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MessageTooLong, QueueDoesNotExist, type OutgoingMessage, type Queues } from '#ports/queues';
import { parseEnvelope, replyEnvelope, requestEnvelope } from '#wire/envelope';
import { rejected } from '../fixtures/rejected.ts';

/** The queues under test. */
export interface QueuesUnderTest {
  readonly queues: Queues;
  create(queue: string): Promise<void>;
  /** Everything that can be received now, with the attributes. */
  drain(queue: string): Promise<OutgoingMessage[]>;
  stop(): Promise<void>;
}

/** Bytes of the longest message. */
const MOST_BYTES = 1_048_576;

const bodies = (messages: readonly OutgoingMessage[]): string[] => messages.map(({ body }) => body);

/** Holds every adapter of the port `queues` to the same behaviour. */
export const queuesContract = (adapter: string, start: () => Promise<QueuesUnderTest>): void => {
  describe(`queues: ${adapter}`, () => {
    let world: QueuesUnderTest;
    let count = 0;
    const created = async (): Promise<string> => {
      const queue = `cell-cell1-host-host${++count}`;
      await world.create(queue);
      return queue;
    };
    beforeAll(async () => {
      world = await start();
    });
    afterAll(() => world.stop());

    it('a message arrives with its attributes', async () => {
      const queue = await created();
      const message = { body: '{"method": "build_and_run_instance", "name": "ü"}', attributes: { principal: 'host1' } };

      await world.queues.send(queue, message);

      expect(await world.drain(queue)).toEqual([message]);
    });

    it('a message without attributes arrives without any', async () => {
      const queue = await created();

      await world.queues.send(queue, { body: 'x' });

      expect(await world.drain(queue)).toEqual([{ body: 'x', attributes: {} }]);
    });

    it('a queue that is not there is reported by name', async () => {
      const sent = await rejected(world.queues.send('reply_gone', { body: 'x' }));
      const batch = await rejected(world.queues.sendBatch('reply_gone', [{ body: 'x' }]));

      expect(sent).toBeInstanceOf(QueueDoesNotExist);
      expect(batch).toBeInstanceOf(QueueDoesNotExist);
    });

    it('a batch of any number of messages arrives whole', async () => {
      const queue = await created();
      const messages = Array.from({ length: 25 }, (_, at) => ({ body: `m${at}`, attributes: { at: String(at) } }));

      await world.queues.sendBatch(queue, messages);

      const received = await world.drain(queue);
      expect(new Set(bodies(received))).toEqual(new Set(bodies(messages)));
      expect(received).toContainEqual(messages[17]);
    });

    it('a batch of nothing sends nothing', async () => {
      const queue = await created();

      await world.queues.sendBatch(queue, []);

      expect(await world.drain(queue)).toEqual([]);
    });

    it('a batch above 1 MiB is parted', async () => {
      const queue = await created();
      const messages = Array.from({ length: 4 }, (_, at) => ({ body: String(at).repeat(400_000) }));

      await world.queues.sendBatch(queue, messages);

      expect(bodies(await world.drain(queue)).toSorted()).toEqual(bodies(messages));
    });

    it('a message of 1 MiB is taken, and one byte more is refused', async () => {
      const queue = await created();

      await world.queues.send(queue, { body: 'x'.repeat(MOST_BYTES) });
      const error = await rejected(world.queues.send(queue, { body: 'x'.repeat(MOST_BYTES + 1) }));

      expect(error).toBeInstanceOf(MessageTooLong);
      expect(await world.drain(queue)).toHaveLength(1);
    });

    it('attributes count by name, type and value, in bytes', async () => {
      const queue = await created();
      const attributes = { name: 'ü' };
      const room = MOST_BYTES - 'nameString'.length - 2;

      await world.queues.send(queue, { body: 'x'.repeat(room), attributes });
      const error = await rejected(world.queues.send(queue, { body: 'x'.repeat(room + 1), attributes }));

      expect(error).toBeInstanceOf(MessageTooLong);
    });

    it('a batch with a message that is too long sends nothing', async () => {
      const queue = await created();

      const error = await rejected(
        world.queues.sendBatch(queue, [{ body: 'x' }, { body: 'x'.repeat(MOST_BYTES + 1) }]),
      );

      expect(error).toBeInstanceOf(MessageTooLong);
      expect(await world.drain(queue)).toEqual([]);
    });

    it.each([0x0, 0x1f, 0xd800, 0xfffe, 0xffff])('a body with the character %i is refused', async (code) => {
      const queue = await created();
      const body = `a${String.fromCharCode(code)}b`;

      const sent = await rejected(world.queues.send(queue, { body }));

      expect(sent).toBeInstanceOf(Error);
      expect(await world.drain(queue)).toEqual([]);
    });

    it('an envelope arrives whatever text is in it', async () => {
      const queue = await created();
      const name = String.fromCharCode(0x0, 0x1f, 0xd800, 0xfffe, 0xffff, 0x7f);
      const context = {
        request_id: 'r',
        user_id: null,
        project_id: null,
        is_admin: false,
        read_deleted: 'no',
        timestamp: '',
        name,
      } as const;
      const body = requestEnvelope({ method: 'm', version: '1.0', uniqueId: 'u', args: { [name]: name }, context });

      await world.queues.sendBatch(queue, [{ body }, { body: replyEnvelope('m', 'u', name, name) }]);

      const received = bodies(await world.drain(queue)).map((text) => parseEnvelope(text));
      expect(received).toContainEqual(expect.objectContaining({ args: { [name]: name }, context }));
      expect(received).toContainEqual({ kind: 'reply', messageId: 'm', result: name, failure: name });
    });

    it('a delayed message cannot be received yet', async () => {
      const queue = await created();

      await world.queues.send(queue, { body: 'later', delaySeconds: 60 });
      await world.queues.sendBatch(queue, [{ body: 'later', delaySeconds: 60 }, { body: 'now' }]);

      expect(bodies(await world.drain(queue))).toEqual(['now']);
    });
  });
};
