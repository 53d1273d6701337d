import type { Attributes } from '#ports/tables';
import { finiteNumber, nonEmptyText } from './read.ts';

/** How much a volume was read and written, as it lies in its cell's table. */
export type VolumeUsageItem = ReturnType<typeof volumeUsageItem>;

/** Reads the item of a volume's usage. */
export const volumeUsageItem = (item: Attributes) => ({
  id: finiteNumber(item['id']) ?? 0,
  volume_id: nonEmptyText(item['volume_id']) ?? '',
  /** The server for which it was reported last. */
  instance_uuid: nonEmptyText(item['instance_uuid']),
  project_id: nonEmptyText(item['project_id']),
  user_id: nonEmptyText(item['user_id']),
  availability_zone: nonEmptyText(item['availability_zone']),
  tot_last_refreshed: nonEmptyText(item['tot_last_refreshed']),
  tot_reads: finiteNumber(item['tot_reads']) ?? 0,
  tot_read_bytes: finiteNumber(item['tot_read_bytes']) ?? 0,
  tot_writes: finiteNumber(item['tot_writes']) ?? 0,
  tot_write_bytes: finiteNumber(item['tot_write_bytes']) ?? 0,
  curr_last_refreshed: nonEmptyText(item['curr_last_refreshed']),
  curr_reads: finiteNumber(item['curr_reads']) ?? 0,
  curr_read_bytes: finiteNumber(item['curr_read_bytes']) ?? 0,
  curr_writes: finiteNumber(item['curr_writes']) ?? 0,
  curr_write_bytes: finiteNumber(item['curr_write_bytes']) ?? 0,
});
