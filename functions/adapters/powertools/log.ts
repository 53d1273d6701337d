import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Log, LogFields } from '#ports/log';

/** Structured logs, and metrics in embedded metric format on the same output. */
export class PowertoolsLog implements Log {
  readonly #logger: Logger;
  readonly #namespace: string;
  readonly #service: string;

  constructor(options: { readonly service: string; readonly deployment: string }) {
    this.#logger = new Logger({ serviceName: options.service });
    this.#namespace = options.deployment;
    this.#service = options.service;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#logger.debug(message, { ...fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.#logger.info(message, { ...fields });
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#logger.warn(message, { ...fields });
  }

  error(message: string, fields: LogFields = {}, error?: unknown): void {
    const failure = error instanceof Error ? { error_name: error.name, error_message: error.message } : {};
    this.#logger.error(message, { ...fields, ...failure });
  }

  count(metric: string, dimensions: Readonly<Record<string, string>> = {}): void {
    const metrics = new Metrics({ namespace: this.#namespace, serviceName: this.#service });
    metrics.addDimensions({ ...dimensions });
    metrics.addMetric(metric, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  }
}
