/** Fields of a log line: ids and counts, never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Structured logs and counters of a function. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `error` is logged by name and message; stack traces stay out of logs when they could hold arguments. */
  error(message: string, fields?: LogFields, error?: unknown): void;
  /** The same log, with these fields in every line besides. */
  with(fields: LogFields): Log;
  /** Records values of one metric, for instance the latencies of a batch; how many there were is their count. */
  measure(
    metric: string,
    values: readonly number[],
    unit: 'Milliseconds' | 'Seconds' | 'Count',
    dimensions?: Readonly<Record<string, string>>,
  ): void;
  /** Adds to a metric, for instance `expired_calls`. */
  count(metric: string, dimensions?: Readonly<Record<string, string>>): void;
}
