import { describe, expect, it } from 'vitest';
import type { DirectAnswer, DirectCalls } from '#ports/direct-calls';

/** A function URL that answers what a test says, and the adapter under test. */
export interface DirectCallsSubject {
  readonly calls: DirectCalls;
  /** Has an address answered from now on. */
  serve(answer: (body: string) => Promise<DirectAnswer>): Promise<string>;
  /** An address at which nothing answers. */
  nowhere(): Promise<string>;
  stop(): Promise<void>;
}

/** What every adapter of direct calls must do. */
export function directCallsContract(name: string, make: () => Promise<DirectCallsSubject>): void {
  describe(`direct calls, ${name}`, () => {
    it.each([200, 204, 400, 403, 429, 502, 503])('answer the status %i and the body', async (status) => {
      const subject = await make();
      const url = await subject.serve(async (body) => ({ status, body: status === 204 ? '' : `answer to ${body}` }));

      const answer = await subject.calls.post(url, '{"a":"ä"}');
      await subject.stop();

      expect(answer).toEqual({ status, body: status === 204 ? '' : 'answer to {"a":"ä"}' });
    });

    it('fail by name where nothing answers', async () => {
      const subject = await make();
      const url = await subject.nowhere();

      const failing = subject.calls.post(url, '{}');

      await expect(failing).rejects.toMatchObject({ name: 'NoDirectAnswer' });
      await subject.stop();
    });
  });
}
