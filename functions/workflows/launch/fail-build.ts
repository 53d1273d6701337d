import { InstanceNotFound, RequestDocumentNotFound } from '#errors';
import { oneOf } from '#ports/conditions';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { buryInCell0, cell0 } from '#records/bury-in-cell0';
import { cellOfInstance } from '#records/instance-cell';
import { cellTable, instanceKey } from '#records/keys';
import { legacyRequestSpec } from '#records/legacy-request-spec';
import { cleanUpNetworks } from '#records/clean-up-networks';
import { HOSTS, hostsAttribute, operationNames } from '#records/operation';
import { returnShare } from '#records/quota-usage';
import { readRequest, type CommonDocument, type RequestedServer } from '#records/request-document';
import { textOf } from '#records/reading';
import { setVmStateAndNotify } from '#records/set-vm-state';
import { causeMessage, type Step, type StepEvent } from '../step.ts';
import type { LaunchState, PlacedState } from './state.ts';

const LAUNCH = operationNames('launch');

/**
 * Ends a build that cannot go on (conductor.md section 13, step 4 on error): the server is in error with its fault where
 * it is recorded, fenced from every host, its networks are cleaned up and its claim is released. One that is recorded
 * nowhere yet is buried; one that belongs to somebody else is left alone.
 *
 * @throws CellMappingNotFound when it would have to be buried and there is no cell0
 */
export const failBuild: Step<LaunchState & Partial<PlacedState>> = async (services, event) => {
  const { state, execution } = event;
  const { common, servers, reservation } = await readRequest(services, state.request, [state.server]);
  const [server] = servers;
  if (common === undefined || server === undefined) throw new RequestDocumentNotFound(state.request);
  const cell = state.cell ?? (await cellOfInstance(services, state.server));
  const item = cell === undefined ? undefined : await services.tables.get(cellTable(cell), instanceKey(state.server));

  if (cell === undefined || item === undefined) {
    const failure = failureOf(event);
    const requestSpec = server.document.request_spec;
    await buryInCell0(services, await cell0(services), {
      request: state.request,
      server,
      failure,
      common,
      execution,
      reservation,
      requestSpec,
    });
    await services.placement.withdraw([state.server], state.request);
  } else if (!mayEnd(event, item)) {
    await services.placement.withdraw([state.server], state.request);
    if (state.entry === 'build' && reservation !== undefined)
      await returnShare(services, state.request, state.server, reservation);
  } else if (item['deleted'] !== true) {
    await fail(services, event, cell, item, common, server);
  }
};

/** The owners that this execution may take the server from: itself, and the one that was found to run no more. */
const ownersOf = ({ state, execution }: StepEvent<LaunchState>): (string | null)[] =>
  state.entry === 'build' ? [execution] : [execution, state.previous_owner ?? null];

const mayEnd = (event: StepEvent<LaunchState>, item: Item): boolean =>
  ownersOf(event).includes(textOf(item[LAUNCH.owner]) ?? null);

async function fail(
  services: Services,
  event: StepEvent<LaunchState>,
  cell: string,
  item: Item,
  common: CommonDocument,
  server: RequestedServer,
): Promise<void> {
  const { state, execution } = event;
  try {
    await setVmStateAndNotify(services, {
      cell: { name: cell, uuid: '' },
      uuid: state.server,
      method: 'build_instances',
      vm_state: 'error',
      task_state: null,
      failure: failureOf(event),
      context: common.context,
      requestSpec: legacyRequestSpec(server.document.request_spec),
      execution,
      bookkeeping: { [HOSTS]: hostsAttribute(''), [LAUNCH.owner]: execution, [LAUNCH.token]: null },
      condition: oneOf(LAUNCH.owner, ownersOf(event)),
    });
  } catch (error) {
    // Deleted, or taken over, while we looked: whoever did it sees to what the server holds.
    if (error instanceof InstanceNotFound) return;
    throw error;
  }
  await cleanUpNetworks(services, cell, item, common);
  await services.placement.release(state.server);
}

const failureOf = ({ error }: StepEvent<LaunchState>) => ({
  name: error?.Error ?? 'Error',
  message: error ? causeMessage(error) : '',
});
