import { HostMappingNotFound } from '#errors';
import { isoSeconds } from '#conductor/time';
import { absent, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { TransactionRefused } from '#ports/tables';
import { buryInCell0, cell0, errorInstance, reportErrored } from '#servers/bury-in-cell0';
import { cellOfHost } from '#records/hosts/host-cell';
import { BUILD_REQUESTS, buildRequestKey, cellTable, requestSpecKey } from '#records/keys';
import { mapToCell } from '#servers/map-to-cell';
import { newInstanceParts } from '#servers/new-instance-parts';
import { operationNames } from '#records/operation';
import type { Cell } from '#records/method';
import { quotaHold } from '#records/instance-quota';
import { returnShare, type Reservation } from '#records/quota-usage';
import { unmapInstance } from '#servers/unmap-instance';
import type { CommonDocument, RequestedInstance } from '#operations/request-document';
import { fieldsOf, textOf } from '#wire/reading';
import { failureOf, type StepEvent } from './step.ts';
import { instanceItem } from '#records/items/instance';

const LAUNCH = operationNames('launch');

/** Records one server of a request that is over quota; its claim stays. */
export async function recordOverQuota(
  services: Services,
  { state, error, execution }: StepEvent<{ readonly request: string }>,
  common: CommonDocument,
  requested: RequestedInstance,
  reservation: Reservation,
): Promise<void> {
  const { request } = state;
  const selected = fieldsOf(requested.selections?.[0]);
  const cell = await cellOf(services, textOf(selected['service_host']) ?? '');
  const burial = { request, requested, failure: failureOf(error), common, execution, reservation };
  if (cell === undefined) return buryInCell0(services, await cell0(services), burial);
  const instance = await errorInstance(services, cell, requested, {
    [LAUNCH.owner]: execution,
    ...quotaHold(reservation),
    availability_zone: selected['availability_zone'] ?? services.config.defaultAvailabilityZone,
  });
  const now = isoSeconds(services.clock.now());
  try {
    await services.tables.transact([
      { kind: 'delete', table: BUILD_REQUESTS, key: buildRequestKey(requested.uuid), condition: exists },
      { kind: 'put', table: cellTable(cell.name), item: instance, condition: absent },
      { kind: 'delete', table: BUILD_REQUESTS, key: requestSpecKey(requested.uuid) },
      mapToCell(requested.uuid, cell, common.context.project_id, now),
      ...(await newInstanceParts(
        services,
        cellTable(cell.name),
        requested.uuid,
        fieldsOf(instanceItem(instance).flavor),
        common,
      )),
    ]);
  } catch (refusal) {
    if (!(refusal instanceof TransactionRefused)) throw refusal;
    const found = refusal.refusals[1]?.item;
    if (found?.[LAUNCH.owner] !== execution) {
      // The user deleted it, or it is another request's: it is not recorded, and does not count.
      await returnShare(services, request, requested.uuid, reservation);
      if (found === undefined) await unmapInstance(services, requested.uuid);
      return;
    }
  }
  await reportErrored(services, cell, burial, instance);
}

/** The cell of the chosen host; undefined where that is mapped to none. */
async function cellOf(services: Services, host: string): Promise<Cell | undefined> {
  try {
    return await cellOfHost(services, host);
  } catch (error) {
    if (error instanceof HostMappingNotFound) return undefined;
    throw error;
  }
}
