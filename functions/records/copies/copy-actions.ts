import type { Services } from '#ports/services';
import { actionItem } from '#records/items/instance-action';
import { cellTable, instanceKey } from '#records/keys';
import { allPages } from '#records/all-pages';
import { copyRecord } from './copy-instance.ts';

/** A server whose actions are to be in another cell too. */
export interface ActionsCopy {
  readonly uuid: string;
  /** Names of the cells. */
  readonly from: string;
  readonly to: string;
}

/**
 * Copies the actions of a server, with their events, that another cell does not have, for what was done since the records
 * were copied is recorded nowhere else. A repeat copies them again, under the ids that they have there.
 */
export async function copyActions(
  services: Pick<Services, 'counter' | 'tables'>,
  { uuid, from, to }: ActionsCopy,
): Promise<void> {
  const of = (cell: string, sortPrefix: string) =>
    allPages(services.tables, cellTable(cell), { partition: instanceKey(uuid).pk, sortPrefix, consistent: true });
  const there = new Map([...(await of(to, 'action#')), ...(await of(to, 'event#'))].map((item) => [item.sk, item]));
  const known = new Set([...there.values()].filter(({ sk }) => sk.startsWith('action#')).map(({ sk }) => sk));
  const fresh = (await of(from, 'action#')).filter(({ sk }) => !known.has(sk));
  // Of an earlier release, whose events lie beside their actions.
  const events = await of(from, 'event#');
  for (const action of fresh) {
    const prefix = `event#${actionItem(action).request_id}#`;
    for (const item of events.filter(({ sk }) => sk.startsWith(prefix)))
      await copyRecord(services, to, item, 'instance_actions_events', there.get(item.sk));
    // Last, so that an action which is there has its events.
    await copyRecord(services, to, action, 'instance_actions', undefined);
  }
}
