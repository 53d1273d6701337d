import { Logger } from '@aws-lambda-powertools/logger';
import type { Log, LogFields } from '#ports/log';
import { embeddedMetrics, type Measurement } from './embedded-metrics.ts';
import { MetricMinutes } from './metric-minutes.ts';

export interface PowertoolsLogOptions {
  readonly service: string;
  readonly deployment: string;
  /** @default a logger of the service's name */
  readonly logger?: Logger;
  /** Written in every line. @default none */
  readonly fields?: LogFields;
}

// Lambda's own console would wrap each line in one of its own, which CloudWatch takes no metrics from.
const write = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Structured logs, and metrics in embedded metric format on the same output: latencies by the minute, since each call
 * has one, and everything else, alarms' metrics among it, at once.
 */
export class PowertoolsLog implements Log {
  readonly #options: PowertoolsLogOptions;
  readonly #logger: Logger;
  readonly #fields: LogFields;
  readonly #minutes: MetricMinutes;

  /** @param minutes what gathers latencies, shared by a log and those that are made of it */
  constructor(options: PowertoolsLogOptions, minutes = new MetricMinutes(write)) {
    this.#options = options;
    this.#minutes = minutes;
    this.#logger = options.logger ?? new Logger({ serviceName: options.service });
    this.#fields = options.fields ?? {};
  }

  with(fields: LogFields): PowertoolsLog {
    const options = { ...this.#options, logger: this.#logger, fields: { ...this.#fields, ...fields } };
    return new PowertoolsLog(options, this.#minutes);
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
    const all = { service, ...dimensions };
    const measured = { namespace, metric, unit, values, dimensions: all, timestamp: Date.now() };
    if (unit === 'Milliseconds') this.#minutes.add(measured);
    else for (const line of embeddedMetrics(measured)) write(line);
  }

  count(metric: string, dimensions: Readonly<Record<string, string>> = {}): void {
    this.measure(metric, [1], 'Count', dimensions);
  }
}
