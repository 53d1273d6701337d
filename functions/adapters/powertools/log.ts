import { Logger } from '@aws-lambda-powertools/logger';
import type { Log, LogFields } from '#ports/log';
import { embeddedMetrics, type Measurement } from './embedded-metrics.ts';

export interface PowertoolsLogOptions {
  readonly service: string;
  readonly deployment: string;
  /** @default a logger of the service's name */
  readonly logger?: Logger;
  /** Told in every line. @default none */
  readonly fields?: LogFields;
}

/** Structured logs, and metrics in embedded metric format on the same output. */
export class PowertoolsLog implements Log {
  readonly #options: PowertoolsLogOptions;
  readonly #logger: Logger;
  readonly #fields: LogFields;

  constructor(options: PowertoolsLogOptions) {
    this.#options = options;
    this.#logger = options.logger ?? new Logger({ serviceName: options.service });
    this.#fields = options.fields ?? {};
  }

  with(fields: LogFields): PowertoolsLog {
    return new PowertoolsLog({ ...this.#options, logger: this.#logger, fields: { ...this.#fields, ...fields } });
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#logger.debug(message, { ...this.#fields, ...fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.#logger.info(message, { ...this.#fields, ...fields });
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#logger.warn(message, { ...this.#fields, ...fields });
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    const failure = error instanceof Error ? { error_name: error.name, error_message: error.message } : {};
    this.#logger.error(message, { ...this.#fields, ...fields, ...failure });
  }

  measure(
    metric: string,
    values: readonly number[],
    unit: Measurement['unit'],
    dimensions: Readonly<Record<string, string>> = {},
  ): void {
    const { deployment: namespace, service } = this.#options;
    const told = { service, ...dimensions };
    const lines = embeddedMetrics({ namespace, metric, unit, values, dimensions: told, timestamp: Date.now() });
    // Lambda's own console would wrap each line in one of its own, which CloudWatch takes no metrics from.
    for (const line of lines) process.stdout.write(`${line}\n`);
  }

  count(metric: string, dimensions: Readonly<Record<string, string>> = {}): void {
    this.measure(metric, [1], 'Count', dimensions);
  }
}
