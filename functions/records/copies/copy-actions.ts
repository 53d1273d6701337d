import type { Services } from '#ports/services';
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
 * Copies the actions of a server, with their events, that another cell does not have, for what was done since the
 * records were copied is recorded nowhere else. A repeat copies them again, under the ids that they have there.
 */
export async function copyActions(
  services: Pick<Services, 'counter' | 'tables'>,
  { uuid, from, to }: ActionsCopy,
): Promise<void> {
  const of = (cell: string) =>
    allPages(services.tables, cellTable(cell), {
      partition: instanceKey(uuid).pk,
      sortPrefix: 'action#',
      consistent: true,
    });
  const known = new Set((await of(to)).map(({ sk }) => sk));
  for (const action of (await of(from)).filter(({ sk }) => !known.has(sk)))
    await copyRecord(services, to, action, 'instance_actions', undefined);
}
