import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { releaseBesideHost } from '#operations/claims-elsewhere';
import { failEvacuations } from '#operations/evacuations';
import { cellTable, instanceKey } from '#records/keys';
import { hostsAttribute } from '#records/operation';
import { release } from '#operations/own-operation';
import { readOperation } from '#operations/operation-document';
import type { Ending, StepEvent } from '../step.ts';
import { notEvacuated } from './not-evacuated.ts';
import type { PlacedState } from './state.ts';
import { migrationItem } from '#records/items/migration';
import { instanceItem, type InstanceItem } from '#records/items/instance';

/**
 * Ends a rebuild that a host has settled: the server holds what is on its host and nothing else, only that host may
 * write it, and it is free for the next operation. Needs no undo: it only gives back.
 */
export async function conclude(services: Services, { state, execution }: StepEvent<PlacedState>): Promise<Ending> {
  const { server: uuid, cell } = state;
  const items = await withMigrations(services, cell, uuid);
  const item = items.find(({ sk }) => sk === 'instance');
  const found = item && instanceItem(item);
  const live = found?.deleted === false ? found : undefined;
  const host = live?.host ?? undefined;
  if (state.path !== 'same') {
    await keepOne(services, state, execution, host);
    // One that is on no host was offloaded there since.
    const arrived = live !== undefined && (host ?? state.host) === state.host;
    if (items.some((each) => isOpen(each, arrived ? state.migration : null)))
      await endEvacuations(services, state, execution, arrived);
  }
  const ownership = { operation: 'rebuild' as const, cell: { name: cell, uuid: state.cell_uuid }, uuid, execution };
  await release(services, ownership, host === undefined || host === state.host ? undefined : hostsAttribute(host));
  return { outcome: outcomeOf(live), host: host ?? null };
}

const outcomeOf = (live: InstanceItem | undefined): string => {
  if (live === undefined) return 'deleted';
  return live.vm_state === 'error' ? 'error' : 'done';
};

/** An evacuated server keeps what it claims on its destination; one that stayed where it was, what it held before. */
async function keepOne(services: Services, state: PlacedState, execution: string, host: string | undefined) {
  if (host !== state.host) {
    await services.placement.withdraw([state.server], execution);
    return;
  }
  await releaseBesideHost(services, state.cell, state.server, host);
}

/** A server's record and its migrations, in one request: between their sort keys lies hardly anything else. */
const withMigrations = (services: Services, cell: string, uuid: string): Promise<Item[]> =>
  allPages(services.tables, cellTable(cell), {
    partition: instanceKey(uuid).pk,
    sortFrom: 'instance',
    sortTo: 'migration#~',
  });

/**
 * Whether an item is an evacuation, other than the one that was carried out, which a compute that starts would go by.
 */
function isOpen(item: Item, carriedOut: string | null): boolean {
  const { uuid, migration_type, status } = migrationItem(item);
  const goesBy = carriedOut === null ? status !== 'error' : status === 'accepted';
  return item.sk.startsWith('migration#') && migration_type === 'evacuation' && uuid !== carriedOut && goesBy;
}

/**
 * Ends what was not carried out: the migration of a server that did not arrive, and those that asked for the same
 * evacuation and were turned away, which nobody takes up any more.
 */
async function endEvacuations(
  services: Services,
  state: PlacedState,
  execution: string,
  arrived: boolean,
): Promise<void> {
  const { cell: name, cell_uuid: uuid, server: instance, migration } = state;
  const document = await readOperation(services, state.request);
  const records = { ...services, context: document.context, cell: { name, uuid }, writer: `rebuilt-${execution}` };
  const which = notEvacuated(document, state);
  await failEvacuations(records, instance, arrived ? { ...which, own: null, kept: migration } : which);
}
