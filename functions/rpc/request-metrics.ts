import { NovaError } from '#errors';
import type { Log, LogFields } from '#ports/log';
import type { Cell } from '#records/method';
import { ExpectedError } from '#wire/failure';
import { MalformedMessage, type RpcRequest } from '#wire/envelope';

/** How a message ended: carried out, refused for good, or to be delivered again. */
export type Outcome = 'done' | 'refused' | 'failed';

/**
 * Messages of one batch by method and outcome: reported together, since a line of its own for each
 * would cost more than its call.
 */
export class RequestMetrics {
  readonly #latencies = new Map<string, { method: string; outcome: Outcome; milliseconds: number[] }>();

  note(method: string, outcome: Outcome, milliseconds: number): void {
    const key = `${method} ${outcome}`;
    const noted = this.#latencies.get(key) ?? { method, outcome, milliseconds: [] };
    noted.milliseconds.push(milliseconds);
    this.#latencies.set(key, noted);
  }

  write(log: Log): void {
    for (const { method, outcome, milliseconds } of this.#latencies.values())
      log.measure('latency', milliseconds, 'Milliseconds', { method: dimension(method), outcome });
  }
}

/** Method names come from messages: what is no name of a method is counted together. */
const dimension = (method: string): string => (/^[a-z_]{1,50}$/u.test(method) ? method : 'none');

export const outcomeOf = (error: unknown): Outcome =>
  error instanceof NovaError || error instanceof MalformedMessage || error instanceof ExpectedError
    ? 'refused'
    : 'failed';

/** What every line about a request contains. */
export const requestFields = (request: RpcRequest, cell?: Cell): LogFields => ({
  request_id: request.context.request_id,
  method: request.method,
  ...(cell === undefined ? {} : { cell: cell.name }),
});
