import { MetricMinutes } from '#adapters/powertools/metric-minutes';
import { eventBytes } from './metered-log.ts';

/** Minutes that are counted after a first one, in which every environment begins. */
const MINUTES = 3;

/**
 * Bytes that the latencies of object calls write to the log in a minute.
 *
 * @param calls a second, of which two in three are `object_action` as the heartbeats are
 * @param environments in which they are served, one after the other
 */
export function latencyLogBytes(calls: number, environments: number): number {
  let bytes = 0;
  let counting = false;
  const note = (text: string): void => {
    if (counting) bytes += eventBytes(text);
  };
  const all = Array.from({ length: environments }, () => new MetricMinutes(note));
  for (let at = 0; at < calls * 60 * (MINUTES + 1); at += 1) {
    counting ||= at >= calls * 60;
    all[at % environments]?.add({
      namespace: 'nova-conductor',
      metric: 'latency',
      unit: 'Milliseconds',
      values: [12],
      dimensions: {
        service: 'object-rpc',
        method: at % 3 === 2 ? 'object_class_action_versions' : 'object_action',
        outcome: 'done',
      },
      timestamp: (at / calls) * 1000,
    });
  }
  return bytes / MINUTES;
}
