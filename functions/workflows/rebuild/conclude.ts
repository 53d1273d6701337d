import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { releaseElsewhere } from '#records/claims-elsewhere';
import { cellTable, instanceKey } from '#records/keys';
import { HOSTS, hostsAttribute } from '#records/operation';
import { letGo } from '#records/own-operation';
import { textOf } from '#records/reading';
import { changeServer } from '#records/server-change';
import type { Step } from '../step.ts';
import type { PlacedState } from './state.ts';

/**
 * Ends a rebuild that a host has settled: the server holds what is on its host and nothing else, only that host may write
 * it, and it is free for the next operation. Needs no undo: it only gives back.
 */
export const conclude: Step<PlacedState> = async (services, { state, execution }) => {
  const { server: uuid, cell } = state;
  const item = await services.tables.get(cellTable(cell), instanceKey(uuid));
  const live = item !== undefined && item['deleted'] !== true ? item : undefined;
  const host = textOf(live?.['host']);
  if (state.path !== 'same' && live !== undefined) await keepOne(services, state, execution, host);
  if (host !== undefined && host !== state.host)
    await changeServer(services, cell, uuid, { set: { [HOSTS]: hostsAttribute(host) } });
  await letGo(services, { operation: 'rebuild', cell: { name: cell, uuid: state.cell_uuid }, uuid, execution });
  return { outcome: outcomeOf(live), host: host ?? null };
};

const outcomeOf = (live: Item | undefined): string => {
  if (live === undefined) return 'deleted';
  return live['vm_state'] === 'error' ? 'error' : 'done';
};

/** An evacuated server keeps what it claims on its destination; one that stayed where it was, what it held before. */
async function keepOne(services: Services, state: PlacedState, execution: string, host: string | undefined) {
  if (host !== state.host) {
    await services.placement.withdraw([state.server], execution);
    return;
  }
  await releaseElsewhere(services, state.cell, state.server, host);
}
