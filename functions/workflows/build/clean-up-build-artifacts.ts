import { RequestDocumentNotFound } from '#errors';
import { isoSeconds } from '#conductor/time';
import { absent, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { TransactionRefused } from '#ports/tables';
import { errorInstance, shareOf } from '#records/bury-in-cell0';
import { cellOfHost } from '#records/host-cell';
import { BUILD_REQUESTS, buildRequestKey, cellTable, requestSpecKey } from '#records/keys';
import { legacyRequestSpec } from '#records/legacy-request-spec';
import { mapToCell } from '#records/map-to-cell';
import { operationNames, QUOTA } from '#records/operation';
import { countUsage } from '#records/quota-usage';
import { readRequest, type CommonDocument, type RequestedServer } from '#records/request-document';
import { fieldsOf, textOf } from '#records/reading';
import { recordFailure } from '#records/set-vm-state';
import { causeMessage, type Step, type StepEvent } from '../step.ts';
import type { BuildState } from './state.ts';

const LAUNCH = operationNames('launch');

/** Servers read and recorded together. */
const AT_ONCE = 25;

/**
 * Over quota (conductor.md section 14.7): every server of the request is recorded in error in the cell of its host, with
 * its fault; build request and request spec go, and so does the claim. The records count until they are deleted.
 */
export const cleanUpBuildArtifacts: Step<BuildState> = async (services, event) => {
  const { state } = event;
  for (let from = 0; from < state.uuids.length; from += AT_ONCE) {
    const { common, servers } = await readRequest(services, state.request, state.uuids.slice(from, from + AT_ONCE));
    await Promise.all(
      servers.map(async (server) => {
        if (common === undefined || server === undefined) throw new RequestDocumentNotFound(state.request);
        await failServer(services, event, common, server);
      }),
    );
  }
};

async function failServer(
  services: Services,
  { error, execution }: StepEvent<BuildState>,
  common: CommonDocument,
  server: RequestedServer,
): Promise<void> {
  const host = textOf(fieldsOf(server.selections?.[0])['service_host']) ?? '';
  const cell = await cellOfHost(services, host);
  const { project, share } = shareOf(server);
  const instance = await errorInstance(services, cell, server, {
    [LAUNCH.owner]: execution,
    [QUOTA]: { project, ...share },
  });
  const now = isoSeconds(services.clock.now());
  let recorded = true;
  try {
    await services.tables.transact([
      { kind: 'delete', table: BUILD_REQUESTS, key: buildRequestKey(server.uuid), condition: exists },
      { kind: 'put', table: cellTable(cell.name), item: instance, condition: absent },
      { kind: 'delete', table: BUILD_REQUESTS, key: requestSpecKey(server.uuid) },
      mapToCell(server.uuid, cell, common.context.project_id, now),
      countUsage(project, share),
    ]);
  } catch (refusal) {
    if (!(refusal instanceof TransactionRefused)) throw refusal;
    recorded = refusal.refusals[1]?.item?.[LAUNCH.owner] === execution;
  }
  await services.placement.release(server.uuid);
  if (!recorded) return;
  await recordFailure(services, {
    cell,
    uuid: server.uuid,
    method: 'build_instances',
    vm_state: 'error',
    task_state: null,
    failure: { name: error?.Error ?? 'Error', message: error ? causeMessage(error) : '' },
    context: common.context,
    requestSpec: legacyRequestSpec(server.document.request_spec),
    execution,
  });
}
