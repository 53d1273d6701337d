import { embeddedMetrics, type Measurement } from '#adapters/powertools/embedded-metrics';
import { MetricMinutes } from '#adapters/powertools/metric-minutes';
import type { Clock } from '#ports/clock';
import type { Log, LogFields } from '#ports/log';

/** Bytes that CloudWatch Logs counts for each event beside its text. */
const EVENT_BYTES = 26;

/** Bytes of the fields that powertools adds to a line: the context of the invocation, which is not known here. */
const LINE_FIELDS = { level: 'INFO', timestamp: '2026-01-01T00:00:00.000Z', service: 'object-rpc' };

export const eventBytes = (text: string): number => Buffer.byteLength(text) + EVENT_BYTES;

/** What a log is given, and the bytes that CloudWatch is billed for it; lines of level debug are not written. */
export class MeteredLog implements Log {
  readonly #log: Log;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #note: (bytes: number) => void;
  readonly #fields: LogFields;
  readonly #minutes: MetricMinutes;

  constructor(
    log: Log,
    clock: Pick<Clock, 'now'>,
    note: (bytes: number) => void,
    fields: LogFields = {},
    minutes = new MetricMinutes((line) => note(eventBytes(line))),
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#note = note;
    this.#fields = fields;
    this.#minutes = minutes;
  }

  with(fields: LogFields): MeteredLog {
    const all = { ...this.#fields, ...fields };
    return new MeteredLog(this.#log.with(fields), this.#clock, this.#note, all, this.#minutes);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#log.debug(message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#line(message, fields);
    this.#log.info(message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#line(message, fields);
    this.#log.warn(message, fields);
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    const failure = error instanceof Error ? { error_name: error.name, error_message: error.message } : {};
    this.#line(message, { ...fields, ...failure });
    this.#log.error(message, fields, error);
  }

  measure(
    metric: string,
    values: readonly number[],
    unit: Measurement['unit'],
    dimensions: Readonly<Record<string, string>> = {},
  ): void {
    this.#log.measure(metric, values, unit, dimensions);
    const sent = { service: LINE_FIELDS.service, ...dimensions };
    const measured = { namespace: 'nova-conductor', metric, unit, values, dimensions: sent };
    const at = { ...measured, timestamp: this.#clock.now() };
    if (unit === 'Milliseconds') this.#minutes.add(at);
    else for (const line of embeddedMetrics(at)) this.#note(eventBytes(line));
  }

  count(metric: string, dimensions: Readonly<Record<string, string>> = {}): void {
    this.#log.count(metric, dimensions);
    const measured = { namespace: 'nova-conductor', metric, unit: 'Count', values: [1], dimensions } as const;
    for (const line of embeddedMetrics({ ...measured, timestamp: this.#clock.now() })) this.#note(eventBytes(line));
  }

  #line(message: string, fields: LogFields): void {
    this.#note(eventBytes(JSON.stringify({ ...LINE_FIELDS, message, ...this.#fields, ...fields })));
  }
}
