import { tableOf } from '../cell-table.ts';
import { mayNot } from '../authority/conditions.ts';
import { downAfter, type HeartbeatSettings } from '#conductor/heartbeat';
import { unreadByAny } from '#conductor/liveness';
import { computeNodeKey, PLACEMENT, providerKey } from '../keys.ts';
import type { Records } from '../method.ts';
import { wayItems, waysOf } from '../ways.ts';
import { serviceItem } from '#records/items/service';
import { computeNodeItem } from '#records/items/compute-node';
import { providerCellItem } from '#records/items/provider';

/** Seconds without a heartbeat after which a host counts as down, where no setting is at hand. */
const DOWN_TIME = 60;

/** Whatever a deployment has not set is as it is by default. */
const BY_DEFAULT: HeartbeatSettings = { serviceDownTime: DOWN_TIME, heartbeatWindow: null };

/**
 * Whether a host's compute service is gone, forced down, or down: what was sent a down time after its last heartbeat has
 * been read, and no heartbeat was among it. A queue that stands still tells nothing.
 */
async function isGone(records: Records, host: string): Promise<boolean> {
  const items = await wayItems(records.tables, tableOf(records), host, records.config);
  if (items.service === undefined) return true;
  const { deleted, forced_down, last_seen_up, created_at } = serviceItem(items.service);
  if (deleted || forced_down) return true;
  const seen = Date.parse(last_seen_up ?? created_at ?? '');
  const settings = { ...BY_DEFAULT, ...records.config };
  // What waits in the queue is not asked for here, so something always may.
  const ways = waysOf(items, host, { waiting: 1, inFlight: 0 }, records.config);
  const stretch = {
    since: seen,
    seconds: downAfter(settings),
    serviceDownTime: settings.serviceDownTime,
  };
  return unreadByAny(ways, stretch) === undefined;
}

/**
 * The host of a node whose service is gone or down, so that another may take the node over; undefined for one that works.
 */
export async function formerHost(records: Records, uuid: string): Promise<string | undefined> {
  const node = await records.tables.get(tableOf(records), computeNodeKey(uuid));
  if (node === undefined) return undefined;
  const host = computeNodeItem(node).host ?? '';
  return (await isGone(records, host)) ? host : undefined;
}

/** @throws Forbidden for a node that placement knows in another cell */
export async function mustBeOfCell(records: Records, uuid: string): Promise<void> {
  const provider = await records.tables.get(PLACEMENT, providerKey(uuid));
  if (provider === undefined || providerCellItem(provider).cell === (records.cell?.name ?? null)) return;
  throw mayNot(records.hosts ?? [], `make compute node ${uuid}: it is of another cell`);
}
