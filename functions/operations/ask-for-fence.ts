import { isoSeconds } from '#conductor/time';
import { equals } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed } from '#ports/tables';
import { FENCE, fenced, fenceItem } from '#records/items/fence';
import { serviceItem } from '#records/items/service';
import { cellTable, serviceKey } from '#records/keys';

type AskServices = Pick<Services, 'clock' | 'config' | 'log' | 'notifier' | 'tables'>;

/** The event that the operator's agent listens for. */
const FENCE_REQUESTED = 'conductor.fence.requested';

/**
 * Asks the operator's fencing agent to cut a silent host off, where there is one: by an event, under an id that stays
 * the same while the host stays silent. It is asked again at every look until it answers, and never after it has: a no,
 * a failure and silence are left to a person.
 *
 * @param reason why the host is given up, for people
 */
export async function askForFence(services: AskServices, cell: string, host: string, reason: string): Promise<void> {
  const { clock, config, log, notifier, tables } = services;
  if (!config.fencing) return;
  const [table, key] = [cellTable(cell), serviceKey(host, 'nova-compute')];
  const item = await tables.get(table, key);
  if (item === undefined) return;
  const { last_seen_up, created_at } = serviceItem(item);
  const before = fenceItem(item);
  const id = `${cell}/${host}/${last_seen_up ?? created_at ?? ''}`;
  if (before?.id === id && before.state !== 'asked') return;
  const at = isoSeconds(clock.now());
  if (before?.id !== id) {
    const asked = fenced({ id, state: 'asked', at, by: config.host, detail: reason });
    try {
      await tables.update(table, key, { set: asked }, equals(FENCE.id, before?.id ?? null));
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return;
    }
    log.warn('the fencing agent is asked to cut a host off', { host, cell, fence: id, reason });
  }
  await notifier.notify({
    family: 'unversioned',
    eventType: FENCE_REQUESTED,
    priority: 'INFO',
    publisherId: `conductor.${config.host}`,
    payload: { host, cell, fence: id, reason },
    messageId: `fence-${id}`,
    timestamp: at,
  });
}
