import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { releaseElsewhere } from '#operations/claims-elsewhere';
import { endMigrations } from '#operations/end-migration';
import { cellTable, instanceKey } from '#records/keys';
import { HOSTS, hostsAttribute } from '#records/operation';
import { release } from '#operations/own-operation';
import { readOperation } from '#operations/operation-document';
import { changeServer } from '#servers/server-change';
import type { Ending, StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';
import { migrationItem, type MigrationItem } from '#records/items/migration';
import { instanceItem, type InstanceItem } from '#records/items/instance';

/**
 * Ends a rebuild that a host has settled: the server holds what is on its host and nothing else, only that host may write
 * it, and it is free for the next operation. Needs no undo: it only gives back.
 */
export async function conclude(services: Services, { state, execution }: StepEvent<PlacedState>): Promise<Ending> {
  const { server: uuid, cell } = state;
  const items = await withMigrations(services, cell, uuid);
  const item = items.find(({ sk }) => sk === 'instance');
  const found = item && instanceItem(item);
  const live = found?.deleted === false ? found : undefined;
  const host = live?.host ?? undefined;
  if (state.path !== 'same' && live !== undefined) {
    await keepOne(services, state, execution, host);
    const others = items
      .filter(({ sk }) => sk.startsWith('migration#'))
      .filter((each) => supersededBy(state)(migrationItem(each)));
    if (host === state.host && others.length > 0) await endOthers(services, state, execution);
  }
  if (host !== undefined && host !== state.host)
    await changeServer(services, cell, uuid, { set: { [HOSTS]: hostsAttribute(host) } });
  await release(services, { operation: 'rebuild', cell: { name: cell, uuid: state.cell_uuid }, uuid, execution });
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
  await releaseElsewhere(services, state.cell, state.server, host);
}

/** A server's record and its migrations, in one request: between their sort keys lies hardly anything else. */
const withMigrations = (services: Services, cell: string, uuid: string): Promise<Item[]> =>
  allPages(services.tables, cellTable(cell), {
    partition: instanceKey(uuid).pk,
    sortFrom: 'instance',
    sortTo: 'migration#~',
  });

/**
 * Whether a migration asked for the same evacuation and was turned away as busy: nobody takes it up any more, since the
 * server has left the host that it names.
 */
const supersededBy =
  ({ migration, source_host }: PlacedState) =>
  ({ uuid, migration_type, status, source_compute }: MigrationItem): boolean =>
    uuid !== migration && migration_type === 'evacuation' && status === 'accepted' && source_compute === source_host;

async function endOthers(services: Services, state: PlacedState, execution: string): Promise<void> {
  const { cell: name, cell_uuid: uuid, server, request } = state;
  const { context } = await readOperation(services, request);
  const records = { ...services, context, cell: { name, uuid }, writer: `rebuilt-${execution}` };
  await endMigrations(records, server, 'error', supersededBy(state));
}
