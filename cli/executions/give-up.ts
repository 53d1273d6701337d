import { isoSeconds } from '#conductor/time';
import { all, equals, exists } from '#ports/conditions';
import { ConditionFailed, type Item, type AttributesOf } from '#ports/tables';
import { releaseSurplus } from '#operations/claims-elsewhere';
import { statusPartition } from '#records/instance-index';
import { BUILD_REQUESTS, buildRequestKey, cellTable, faultKey, instanceKey } from '#records/keys';
import {
  HOSTS,
  LAST_EXECUTION,
  hostsAttribute,
  OPERATIONS,
  operationNames,
  type Operation,
  operationState,
} from '#records/operation';
import { endMoves, type MoveTarget } from './end-move.ts';
import { cellOf } from '#cli/inventory/instances';
import { instanceItem, type StoredInstance } from '#records/items/instance';

/** Operations that claim a destination for the server itself, beside what it holds. */
const HOLDS_BOTH: ReadonlySet<Operation> = new Set(['rebuild', 'unshelve']);

/** Whose work ends. */
export interface GivenUp {
  readonly workflow: string;
  readonly execution: string;
  readonly uuid: string;
  readonly reason: string;
}

/**
 * What a stopped execution leaves of one server: a server that it owns is in error with a fault, fenced
 * from every host; the claim of one that was being built is released, the migration of one that was being
 * moved ends, and the claims are put where the server is. A server that somebody else owns is left alone.
 * Answers what was done, for people.
 */
export async function giveUp(target: MoveTarget, given: GivenUp): Promise<string> {
  const { uuid, workflow, execution } = given;
  const cell = await cellOf(target, uuid);
  const item = cell === undefined ? undefined : await target.tables.get(cellTable(cell), instanceKey(uuid));
  if (cell === undefined || item === undefined) return beforeItsCell(target, uuid);
  const operation = OPERATIONS.find((each) => each === workflow);
  if (operation === undefined) return `server ${uuid} is in ${cell}: its own execution goes on`;
  const names = operationNames(operation);
  if (operationState(item, operation).owner !== execution)
    return `server ${uuid} is not owned by it any more: left as it is`;
  const building = instanceItem(item).vm_state === 'building';
  if (!(await putInError(target, cell, item, given, names)))
    return `server ${uuid} has just been settled: left as it is`;
  const fenced = `server ${uuid} is in error, fenced from its hosts`;
  if (building) {
    await target.placement.release(uuid);
    return `${fenced}, its claim released`;
  }
  // A server that ran before goes on holding what it runs on, and no more than that.
  return `${fenced}${await endMove(target, cell, uuid, operation)}`;
}

/** Ends the migration that goes on, if there is one. */
async function endMove(target: MoveTarget, cell: string, uuid: string, operation: Operation): Promise<string> {
  const { ended, troubles } = await endMoves(target, cell, uuid);
  const released = HOLDS_BOTH.has(operation) && (await keepOwn(target, cell, uuid));
  const done = [
    ...(ended > 0 ? ['its migration is ended'] : []),
    ...(released ? ['its claim on the destination released'] : []),
  ];
  return [`; ${done.length === 0 ? 'its claims are kept' : done.join(', ')}`, ...troubles].join('; ');
}

/**
 * The server keeps what it holds on its host; one without a host holds nothing. Answers whether anything was released.
 */
async function keepOwn(target: MoveTarget, cell: string, uuid: string): Promise<boolean> {
  const item = await target.tables.get(cellTable(cell), instanceKey(uuid));
  const host = item === undefined ? null : instanceItem(item).host;
  return host === null ? target.placement.release(uuid) : releaseSurplus(target, cell, uuid, host);
}

async function beforeItsCell(target: MoveTarget, uuid: string): Promise<string> {
  const request = await target.tables.get(BUILD_REQUESTS, buildRequestKey(uuid));
  const released = await target.placement.release(uuid);
  const claim = released ? ', its claim is released' : '';
  return request === undefined
    ? `server ${uuid} is recorded nowhere${claim}`
    : `server ${uuid} was not recorded yet${claim}; its build request is still there: conductor audit`;
}

async function putInError(
  target: MoveTarget,
  cell: string,
  item: Item,
  { uuid, execution, reason, workflow }: GivenUp,
  names: ReturnType<typeof operationNames>,
): Promise<boolean> {
  const before = instanceItem(item);
  const now = isoSeconds(target.clock.now());
  const state = { vm_state: 'error', task_state: null };
  const set: AttributesOf<StoredInstance> = {
    ...state,
    updated_at: now,
    lookup: statusPartition({ uuid, ...state, deleted: false }),
    [HOSTS]: hostsAttribute(''),
    [LAST_EXECUTION]: `${workflow}/${execution}`,
  };
  const unchanged = all(
    exists,
    equals('deleted', false),
    equals(names.owner, execution),
    equals('vm_state', before.vm_state),
  );
  try {
    await target.tables.update(cellTable(cell), instanceKey(uuid), { set, remove: [names.owner] }, unchanged);
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
  await target.tables.put(cellTable(cell), {
    ...faultKey(uuid, `stopped-${workflow}-${execution}`),
    id: await target.counter.nextId(target.tables, cellTable(cell), 'instance_faults'),
    instance_uuid: uuid,
    code: 500,
    message: `Stopped by an operator: ${reason}`.slice(0, 255),
    details: '',
    host: before.host,
    created_at: now,
    updated_at: null,
    deleted: false,
    deleted_at: null,
  });
  return true;
}
