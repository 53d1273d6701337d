import type { Attributes } from '#ports/tables';
import { finiteNumber, nonEmptyText } from './read.ts';

/** What is noted of a service of a cloud that cannot be used. */
export type ServiceTroubleItem = ReturnType<typeof serviceTroubleItem>;

/** Reads what was met last. */
export const serviceTroubleItem = (item: Attributes) => ({
  /** For instance `placement`. */
  service: nonEmptyText(item['service']) ?? '',
  url: nonEmptyText(item['url']) ?? '',
  trouble: nonEmptyText(item['trouble']) ?? '',
  remedy: nonEmptyText(item['remedy']) ?? '',
  /** The execution that met it, and waits. */
  execution: nonEmptyText(item['execution']) ?? '',
  /** Since when it was met again and again, and when last, in epoch milliseconds. */
  since: finiteNumber(item['since']) ?? 0,
  met_at: finiteNumber(item['met_at']) ?? 0,
  /** When the table drops it, in epoch seconds. */
  expires_at: finiteNumber(item['expires_at']) ?? 0,
});

/** A waiting step is tried again within ten minutes; a trouble that was not met since then is over. */
const MET_LATELY_MS = 15 * 60_000;

/** Whether the service can probably not be used still. */
export const isMetLately = ({ met_at }: Pick<ServiceTroubleItem, 'met_at'>, now: number): boolean =>
  now - met_at < MET_LATELY_MS;
