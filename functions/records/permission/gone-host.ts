import { tableOf } from '../cell-table.ts';
import { downAfter, type HeartbeatSettings } from '#conductor/heartbeat';
import { unreadByAny } from '#conductor/liveness';
import type { Records } from '../method.ts';
import { transportItems, transportsOf } from '../host-transports.ts';
import { serviceItem } from '#records/items/service';

/** Seconds without a heartbeat after which a host counts as down, where no setting is at hand. */
const DOWN_TIME = 60;

/** Whatever a deployment has not set is as it is by default. */
const BY_DEFAULT: HeartbeatSettings = { serviceDownTime: DOWN_TIME, heartbeatWindow: null };

/**
 * Whether a host's compute service is gone, forced down, or down: what was sent a down time after its last heartbeat
 * has been read, and no heartbeat was among it. A queue that stands still proves nothing.
 */
export async function isGone(records: Records, host: string): Promise<boolean> {
  const items = await transportItems(records.tables, tableOf(records), host, records.config);
  if (items.service === undefined) return true;
  const { deleted, forced_down, last_seen_up, created_at } = serviceItem(items.service);
  if (deleted || forced_down) return true;
  const seen = Date.parse(last_seen_up ?? created_at ?? '');
  const settings = { ...BY_DEFAULT, ...records.config };
  // What waits in the queue is not asked for here, so something always may.
  const transports = transportsOf(items, host, { waiting: 1, inFlight: 0 }, records.config);
  const stretch = {
    since: seen,
    seconds: downAfter(settings),
    serviceDownTime: settings.serviceDownTime,
  };
  return unreadByAny(transports, stretch) === undefined;
}
