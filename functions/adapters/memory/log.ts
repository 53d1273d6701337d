import type { Log, LogFields } from '#ports/log';

/** A line as it was logged. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps lines and counts. */
export class MemoryLog implements Log {
  readonly lines: LogLine[] = [];
  readonly counts = new Map<string, number>();

  debug(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'debug', message, fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    const failure = error instanceof Error ? { error_name: error.name, error_message: error.message } : {};
    this.lines.push({ level: 'error', message, fields: { ...fields, ...failure } });
  }

  count(metric: string): void {
    this.counts.set(metric, (this.counts.get(metric) ?? 0) + 1);
  }
}
