import { RequestDocumentNotFound } from '#errors';
import type { Services } from '#ports/services';
import { buryInCell0, cell0 } from '#servers/bury-in-cell0';
import { inParallel } from '#records/in-parallel';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import type { Cell } from '#records/method';
import { readRequest } from '#operations/request-document';
import { failureOf, type StepEvent } from '../step.ts';
import { countAnyway } from '../request-amounts.ts';
import type { BuildState } from './state.ts';
import { instanceMappingItem } from '#records/items/mapping';

/** Servers read together, and buried at the same time. */
const AT_ONCE = 25;

/**
 * Buries every server of the request (nova.conductor.manager `_schedule_instances`, `_bury_in_cell0`). A server is
 * buried on its own: one that was deleted or buried before, or that cannot be buried, holds up no other; one that lives
 * in a cell is another request's.
 *
 * @throws CellMappingNotFound when there is no cell0: the execution fails, to be redriven after set-up
 */
export async function buryRequest(
  services: Services,
  { state, error, execution }: StepEvent<BuildState>,
): Promise<void> {
  const { request } = state;
  const cell = await cell0(services);
  const failure = failureOf(error);
  const uuids = await unplaced(services, state.uuids, cell);
  if (uuids.length === 0) return;
  await countAnyway(services, { ...state, uuids });
  for (let from = 0; from < uuids.length; from += AT_ONCE) {
    const part = uuids.slice(from, from + AT_ONCE);
    const { common, instances, reservation } = await readRequest(services, request, part);
    await inParallel(instances, AT_ONCE, async (requested) => {
      if (common === undefined || requested === undefined) throw new RequestDocumentNotFound(request);
      await buryInCell0(services, cell, { request, requested, failure, common, execution, reservation });
    });
  }
}

/** The servers that are in no cell but cell0. */
async function unplaced(services: Pick<Services, 'tables'>, uuids: readonly string[], cell: Cell): Promise<string[]> {
  const mappings = await services.tables.batchGet(
    uuids.map((uuid) => ({ table: MAPPINGS, key: instanceMappingKey(uuid) })),
  );
  return uuids.filter((_, at) => (instanceMappingItem(mappings[at] ?? {}).cell ?? cell.name) === cell.name);
}
