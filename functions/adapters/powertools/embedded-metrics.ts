/** One metric of a line and what it is counted by. */
export interface Measurement {
  readonly namespace: string;
  readonly metric: string;
  readonly unit: 'Milliseconds' | 'Seconds' | 'Count';
  readonly values: readonly number[];
  /** Those without a value are left out: CloudWatch takes none that are empty. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Values that one line takes. */
const MOST_VALUES = 100;

/**
 * Lines in CloudWatch's embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 *
 * Powertools has a package for it, but it is twelve kilobytes that each function would read at its start.
 */
export function embeddedMetrics({
  namespace,
  metric,
  unit,
  values,
  dimensions,
  timestamp,
}: Measurement): readonly string[] {
  const given = Object.fromEntries(Object.entries(dimensions).filter(([, value]) => value.trim() !== ''));
  const directive = {
    Namespace: namespace,
    Dimensions: [Object.keys(given)],
    Metrics: [{ Name: metric, Unit: unit }],
  };
  const lines: string[] = [];
  for (let from = 0; from < values.length; from += MOST_VALUES) {
    const some = values.slice(from, from + MOST_VALUES);
    const value = some.length === 1 ? some[0] : some;
    lines.push(
      JSON.stringify({
        _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] },
        ...given,
        [metric]: value,
      }),
    );
  }
  return lines;
}
