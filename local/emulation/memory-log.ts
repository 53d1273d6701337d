import type { Log, LogFields } from '#ports/log';

/** A line as it was logged. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** Values of a metric as they were measured together. */
export interface Measured {
  readonly metric: string;
  readonly values: readonly number[];
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What was logged, shared by a log and those made of it. */
interface Kept {
  readonly lines: LogLine[];
  readonly counts: Map<string, number>;
  readonly measured: Measured[];
}

/** Keeps lines, counts and measurements. */
export class MemoryLog implements Log {
  readonly #kept: Kept;
  readonly #fields: LogFields;

  constructor(kept: Kept = { lines: [], counts: new Map(), measured: [] }, fields: LogFields = {}) {
    this.#kept = kept;
    this.#fields = fields;
  }

  get lines(): LogLine[] {
    return this.#kept.lines;
  }

  get counts(): Map<string, number> {
    return this.#kept.counts;
  }

  get measured(): readonly Measured[] {
    return this.#kept.measured;
  }

  with(fields: LogFields): MemoryLog {
    return new MemoryLog(this.#kept, { ...this.#fields, ...fields });
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#line('debug', message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#line('info', message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#line('warn', message, fields);
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    const failure = error instanceof Error ? { error_name: error.name, error_message: error.message } : {};
    this.#line('error', message, { ...fields, ...failure });
  }

  measure(metric: string, values: readonly number[], _unit: string, dimensions: Readonly<Record<string, string>> = {}) {
    this.#kept.measured.push({ metric, values: [...values], dimensions });
  }

  count(metric: string): void {
    this.counts.set(metric, (this.counts.get(metric) ?? 0) + 1);
  }

  #line(level: LogLine['level'], message: string, fields: LogFields): void {
    this.lines.push({ level, message, fields: { ...this.#fields, ...fields } });
  }
}
