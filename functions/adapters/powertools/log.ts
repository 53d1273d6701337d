import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Log, LogFields } from '#ports/log';

export interface PowertoolsLogOptions {
  readonly service: string;
  readonly deployment: string;
  /** @default a logger of the service's name */
  readonly logger?: Logger;
  /** Told in every line. @default none */
  readonly fields?: LogFields;
}

/** Values that one line of embedded metrics takes. */
const MOST_VALUES = 100;

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
    unit: keyof typeof MetricUnit,
    dimensions: Readonly<Record<string, string>> = {},
  ): void {
    for (let from = 0; from < values.length; from += MOST_VALUES) {
      const metrics = this.#metrics(dimensions);
      for (const value of values.slice(from, from + MOST_VALUES)) metrics.addMetric(metric, MetricUnit[unit], value);
      metrics.publishStoredMetrics();
    }
  }

  count(metric: string, dimensions: Readonly<Record<string, string>> = {}): void {
    this.measure(metric, [1], 'Count', dimensions);
  }

  #metrics(dimensions: Readonly<Record<string, string>>): Metrics {
    const metrics = new Metrics({ namespace: this.#options.deployment, serviceName: this.#options.service });
    metrics.addDimensions({ ...dimensions });
    return metrics;
  }
}
