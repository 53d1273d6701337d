import { HostMappingNotFound } from '#errors';
import { isWireObject } from '#wire/wire';
import { faultOf } from '#conductor/fault';
import { oneOf } from '#ports/conditions';
import type { Services } from '#ports/services';
import { cellOfHost } from '#records/hosts/host-cell';
import { cellOfInstance } from '#records/instance-cell';
import { recordFault } from '#records/methods/instance-fault';
import { cellTable, instanceKey } from '#records/keys';
import type { Cell } from '#records/method';
import { textOf } from '#wire/reading';
import { readOperation } from '#operations/operation-document';
import { changeInstance, stateAttributes } from '#servers/instance-change';
import { caughtFailure, type CaughtError } from './step.ts';
import { instanceItem, type InstanceItem } from '#records/items/instance';

/** A request about a server that could not begin, most often since the server's mapping names no cell. */
export interface Unmapped {
  readonly server: string;
  readonly request: string;
  readonly execution: string;
  readonly error: CaughtError | undefined;
  /** The tasks that such a request may end. */
  readonly tasks: readonly string[];
}

/**
 * Records why a request was refused on the server that its mapping, or its Instance's host, leads to, and answers that
 * cell; nothing when there is none.
 */
export async function recordUnmapped(services: Services, unmapped: Unmapped): Promise<Cell | undefined> {
  const { server: uuid, error, execution } = unmapped;
  const { context, arguments: args } = await readOperation(services, unmapped.request);
  const given = args['instance'];
  const host = isWireObject(given) ? textOf(given['nova_object.data']['host']) : undefined;
  const mapped = await cellOfInstance(services, uuid);
  if (mapped === undefined) services.log.error('instance is mapped to no cell', { instance: uuid, host });
  const cell = mapped === undefined ? await cellByHost(services, host) : { name: mapped, uuid: '' };
  if (cell === undefined || error === undefined) return cell;
  const stored = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  const states = { vm_state: (stored && instanceItem(stored).vm_state) ?? null, task_state: null };
  const found = await changeInstance(services, cell.name, uuid, {
    set: stateAttributes(services, uuid, states),
    condition: oneOf<InstanceItem>('task_state', unmapped.tasks),
  });
  if (found === undefined) return cell;
  const fault = faultOf(caughtFailure(error));
  const records = { ...services, context, cell, writer: `refused-${execution}` };
  await recordFault(records, { instance_uuid: uuid, host: services.config.host, ...fault });
  return cell;
}

async function cellByHost(services: Services, host: string | undefined): Promise<Cell | undefined> {
  if (host === undefined) return undefined;
  try {
    return await cellOfHost(services, host);
  } catch (error) {
    if (error instanceof HostMappingNotFound) return undefined;
    throw error;
  }
}
