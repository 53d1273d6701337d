import type { Clock } from '#ports/clock';
import { NoDirectAnswer, type DirectAnswer, type DirectCalls } from '#ports/direct-calls';
import { signedHeaders, type Credentials } from './signature.ts';

/** What signed calls are made with. */
export interface SignedCallsOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly region: () => Promise<string>;
  readonly credentials: () => Promise<Credentials>;
  /** Milliseconds until the whole answer is there. @default 5000 */
  readonly answerMs?: number;
}

/** Posts to function URLs in the name of the role that this process runs under. */
export class SignedCalls implements DirectCalls {
  readonly #options: SignedCallsOptions;

  constructor(options: SignedCallsOptions) {
    this.#options = options;
  }

  async post(url: string, body: string): Promise<DirectAnswer> {
    const { clock, region, credentials, answerMs = 5000 } = this.#options;
    const target = new URL(url);
    const signing = { url: target, body, region: await region(), credentials: await credentials(), now: clock.now() };
    const headers = signedHeaders(signing);
    try {
      const signal = AbortSignal.timeout(answerMs);
      const answer = await fetch(target, { method: 'POST', headers, body, signal, redirect: 'error' });
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      throw new NoDirectAnswer(`${target.host} has not answered: ${error instanceof Error ? error.name : 'error'}`);
    }
  }
}
