import { BuildRequestNotFound, InstanceExists, RequestDocumentNotFound } from '#errors';
import { isoSeconds } from '#conductor/time';
import { absent, exists } from '#ports/conditions';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { TransactionRefused, type Action, type Attributes, type Item } from '#ports/tables';
import { newActionItem } from '#records/methods/instance-action';
import { cellOfHost } from '#records/hosts/host-cell';
import { mapToCell } from '#servers/map-to-cell';
import { BUILD_REQUESTS, buildRequestKey, cellTable } from '#records/keys';
import type { Cell } from '#records/method';
import { newInstanceItem } from '#records/new-instance';
import { newInstanceParts } from '#servers/new-instance-parts';
import { involved, operationNames, operationState } from '#records/operation';
import { fieldsOf, textOf } from '#wire/reading';
import type { CommonDocument, RequestedInstance } from '#operations/request-document';
import { quotaHold } from '#records/instance-quota';
import { notifyNewInstance } from '#records/state-update';
import { requestedInstance } from '#servers/requested-instance';
import type { StepEvent } from '../step.ts';
import { launchRequest } from './requested.ts';
import { placeOf, type LaunchState, type PlacedState } from './state.ts';
import { instanceItem } from '#records/items/instance';
import { blockDeviceItem } from '#records/items/block-device';

const LAUNCH = operationNames('launch');

/**
 * Makes a server of its build request in one transaction (nova.conductor.manager `schedule_and_build_instances`):
 * either all of it exists after this step, or nothing does and the build request is what it was. Needs no undo: what it
 * leaves is a server, and a server that cannot be built ends by Fail build.
 *
 * @throws BuildRequestNotFound when the user deleted the server
 * @throws HostMappingNotFound when the chosen host is mapped to no cell
 * @throws InstanceExists when the uuid is another server's
 */
export async function commitToCell(
  services: Services,
  { state, execution }: StepEvent<LaunchState>,
): Promise<PlacedState> {
  const { common, requested, reservation } = await launchRequest(services, state);
  const [selection] = requested.selections ?? [];
  if (selection === undefined) throw new RequestDocumentNotFound(state.request);
  const place = placeOf(services, selection);
  const cell = await cellOfHost(services, place.host);
  const server: NewServer = { cell, common, requested, selection, bookkeeping: quotaHold(reservation) };
  const recording = await recordingOf(services, state, execution, server);
  const placed: PlacedState = { ...state, ...place, cell: cell.name };
  try {
    await services.tables.transact(recording.actions);
    placed.devices = recording.parts.flatMap((part) =>
      part.sk.startsWith('block-device#') ? [blockDeviceItem(part).uuid ?? ''] : [],
    );
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const refusal = refusalOf(state.server, execution, error);
    if (refusal !== undefined) throw refusal;
  }
  await notifyNewInstance(services, recording.item, common.context);
  return placed;
}

/** A server that is about to be recorded for the host that was chosen. */
export interface NewServer {
  readonly cell: Cell;
  readonly common: CommonDocument;
  readonly requested: RequestedInstance;
  readonly selection: WireObject;
  /** Further bookkeeping of its item. */
  readonly bookkeeping: Attributes;
}

/** The writes that record a server, its item and what lies beside it. */
export interface Recording {
  /** The build request, the server and its mapping come first: their refusals show what happened. */
  readonly actions: readonly Action[];
  readonly item: Item;
  readonly parts: readonly Item[];
}

/** What records a server of its build request. */
export async function recordingOf(
  services: Services,
  { server: uuid, request }: LaunchState,
  execution: string,
  { cell, common, requested, selection, bookkeeping }: NewServer,
): Promise<Recording> {
  const { service_host, availability_zone } = fieldsOf(selection);
  const instance = requestedInstance(requested);
  instance.assign('availability_zone', availability_zone ?? services.config.defaultAvailabilityZone);
  // Any other state would say that its host is done with it.
  instance.assign('vm_state', 'building');
  const item = {
    ...(await newInstanceItem(services, cell.name, instance)),
    [LAUNCH.owner]: execution,
    [LAUNCH.request]: request,
    ...involved(textOf(service_host) ?? ''),
    ...bookkeeping,
  };
  const table = cellTable(cell.name);
  const now = isoSeconds(services.clock.now());
  const parts = await newInstanceParts(services, table, uuid, fieldsOf(instanceItem(item).flavor), common);
  const action = await newActionItem({ ...services, context: common.context, cell }, uuid, 'create');
  return {
    actions: [
      { kind: 'delete', table: BUILD_REQUESTS, key: buildRequestKey(uuid), condition: exists },
      { kind: 'put', table, item, condition: absent },
      mapToCell(uuid, cell, common.context.project_id, now),
      ...parts,
      { kind: 'put', table, item: action },
    ],
    item,
    parts: parts.flatMap((part) => (part.kind === 'put' ? [part.item] : [])),
  };
}

/**
 * Why a server could not be recorded; undefined for a repeat, which finds its own. The user deleted it only when the
 * build request alone is missing: a server that was deleted later leaves a row.
 */
export function refusalOf(uuid: string, execution: string, error: TransactionRefused): Error | undefined {
  const [buildRequest, instance, mapping] = error.refusals;
  if (instance?.item !== undefined && operationState(instance.item, 'launch').owner === execution) return undefined;
  if (instance?.item !== undefined || mapping !== undefined)
    return new InstanceExists({ name: uuid }, { cause: error });
  return buildRequest === undefined ? error : new BuildRequestNotFound({ uuid }, { cause: error });
}
