import { setTimeout } from 'node:timers/promises';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { PollerGate } from './poller-gate.ts';

/** What a Lambda function exports for an SQS event source. */
export type SqsHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | void>;

/** Where the records come from: a queue of the emulator, or one in memory. */
export interface RecordSource {
  /**
   * Waits for up to 10 records; answers none after a while, and at once when the signal is aborted. `leaving` is
   * aborted when no more records are wanted for now: none may get lost on the way.
   */
  receive(signal: AbortSignal, leaving?: AbortSignal): Promise<SQSRecord[]>;
  delete(records: readonly SQSRecord[]): Promise<void>;
  /** Runs work during which the source's clock must stand still. */
  track<T>(work: Promise<T>): Promise<T>;
}

export interface EventSourceOptions {
  readonly source: RecordSource;
  readonly handler: SqsHandler;
  /** Makes the context of an invocation. */
  readonly context: () => Context;
  /** Invocations at a time. @default 1 */
  readonly concurrency?: number;
  /** Called with why an invocation, or a receive, failed. */
  readonly onError?: (error: unknown) => void;
}

/** A running event source. */
export interface EventSource {
  /** Whether it takes records. */
  readonly enabled: boolean;
  /** Takes no more records until it is enabled; resolves when running invocations have ended. */
  disable(): Promise<void>;
  enable(): void;
  /** Takes no more records and settles when running invocations have ended. */
  stop(): Promise<void>;
}

/** Between receives that fail, so that an endpoint that is away is not asked without pause. */
const RETRY_MS = 200;

/**
 * Feeds a Lambda handler from a queue as Lambda's event source does: what succeeded is deleted, and batch item
 * failures, or the whole batch when the handler throws, come again after the visibility timeout.
 */
export const startEventSource = (options: EventSourceOptions): EventSource => {
  const stopping = new AbortController();
  const gate = new PollerGate(options.concurrency ?? 1);
  const pollers = Array.from({ length: options.concurrency ?? 1 }, () => poll(options, gate, stopping.signal));
  return {
    get enabled() {
      return gate.open;
    },
    disable: () => gate.shut(),
    enable: () => gate.unlock(),
    stop: async () => {
      stopping.abort();
      gate.unlock();
      await Promise.all(pollers);
    },
  };
};

const poll = async (options: EventSourceOptions, gate: PollerGate, signal: AbortSignal): Promise<void> => {
  const { source, onError } = options;
  while (!signal.aborted) {
    await gate.opened();
    try {
      const records = await source.receive(signal, gate.signal);
      if (records.length > 0) await source.track(invoke(options, records));
    } catch (error) {
      if (signal.aborted) return;
      onError?.(error);
      await setTimeout(RETRY_MS);
    }
  }
};

const invoke = async ({ handler, context, source, onError }: EventSourceOptions, Records: SQSRecord[]) => {
  try {
    const done = succeeded(Records, await handler({ Records }, context()));
    if (done.length > 0) await source.delete(done);
  } catch (error) {
    onError?.(error);
  }
};

/** As Lambda reads the answer: a failure that names no record of the batch fails the whole batch. */
const succeeded = (records: readonly SQSRecord[], answer: SQSBatchResponse | void): readonly SQSRecord[] => {
  const failed = answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) ?? [];
  const known = new Set(records.map(({ messageId }) => messageId));
  if (failed.some((id) => !known.has(id))) return [];
  return records.filter(({ messageId }) => !failed.includes(messageId));
};
