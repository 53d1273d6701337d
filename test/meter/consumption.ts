import type { QueueRequest } from '#adapters/memory/queues';
import { NOTHING, TableMeter, type TableUnits } from './table-meter.ts';

/** What is billed for something that was done. */
export interface Consumption extends TableUnits {
  /** Requests to SQS, the hosts' among them, each for 64 KB at most. */
  readonly sqs: number;
  /** State transitions, and executions started. */
  readonly transitions: number;
  readonly starts: number;
  readonly invocations: number;
  /** Those of them that serve calls of hosts and publishers. */
  readonly calls: number;
  /** Requests to KMS for data keys, of which no function knows one at first. */
  readonly keyRequests: number;
  readonly logBytes: number;
  /** Bytes of messages that hosts and publishers received. */
  readonly bytesOut: number;
}

/** Bytes of one request that is billed. */
const QUEUE_BYTES = 64 * 1024;

/** Queues that hosts and publishers read. */
const OUTSIDE = /^reply_|^cell-.+-host-/u;

/** What a meter counts by itself: steps of executions are known by the runner. */
type Noted = Omit<Consumption, keyof TableUnits | 'starts' | 'transitions'>;

const NONE: Noted = { sqs: 0, invocations: 0, calls: 0, keyRequests: 0, logBytes: 0, bytesOut: 0 };

/** Counts what a platform in memory would be billed. */
export class ConsumptionMeter {
  readonly tables: TableMeter;
  #noted: Noted = NONE;

  /** @param cells cells that have a table */
  constructor(cells: readonly string[]) {
    this.tables = new TableMeter(cells);
  }

  get noted(): Noted & TableUnits {
    return { ...NOTHING, ...this.tables.units, ...this.#noted };
  }

  reset(): void {
    this.tables.reset();
    this.#noted = NONE;
  }

  /** A function that is no step was invoked. */
  invoked(isCall: boolean): void {
    this.add('invocations');
    if (isCall) this.add('calls');
  }

  add(what: keyof Noted, amount = 1): void {
    this.#noted = { ...this.#noted, [what]: this.#noted[what] + amount };
  }

  readonly queueRequest = ({ operation, queue, bytes }: QueueRequest): void => {
    this.add('sqs', Math.max(1, Math.ceil(bytes / QUEUE_BYTES)));
    if (operation === 'receive' && OUTSIDE.test(queue)) this.add('bytesOut', bytes);
  };
}
