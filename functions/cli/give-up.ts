import { FINAL_STATUSES } from '#conductor/settled';
import { isoSeconds } from '#conductor/time';
import { all, equals, exists } from '#ports/conditions';
import { ConditionFailed, type Item } from '#ports/tables';
import { endMigrations } from '#records/end-migration';
import { settleAllocations } from '#records/ended-move';
import { statusPartition } from '#records/instance-index';
import { BUILD_REQUESTS, buildRequestKey, cellTable, faultKey, instanceKey, migrationKey } from '#records/keys';
import { migrationsOf } from '#records/migration';
import { HOSTS, hostsAttribute, OPERATIONS, operationNames } from '#records/operation';
import { plainText, textOf } from '#records/reading';
import { cellNamed } from './cells.ts';
import type { Reach } from './reach.ts';
import { cellOf } from './servers.ts';

/** What giving up works with. */
type Reached = Pick<Reach, 'clock' | 'counter' | 'ids' | 'placement' | 'tables'>;

/** Whose work ends. */
export interface GivenUp {
  readonly workflow: string;
  readonly execution: string;
  readonly uuid: string;
  readonly reason: string;
}

/**
 * What a stopped execution leaves of one server: a server that it owns is in error with a fault, fenced from every host;
 * the claim of one that was being built is released, the migration of one that was being moved ends, and the claims are put
 * where the server is. A server that somebody else owns is left alone. Answers what was done, for people.
 */
export async function giveUp(reach: Reached, given: GivenUp): Promise<string> {
  const { uuid, workflow, execution } = given;
  const cell = await cellOf(reach, uuid);
  const item = cell === undefined ? undefined : await reach.tables.get(cellTable(cell), instanceKey(uuid));
  if (cell === undefined || item === undefined) return beforeItsCell(reach, uuid);
  const operation = OPERATIONS.find((each) => each === workflow);
  if (operation === undefined) return `server ${uuid} is in ${cell}: its own execution goes on`;
  const names = operationNames(operation);
  if (item[names.owner] !== execution) return `server ${uuid} is not owned by it any more: left as it is`;
  const building = item['vm_state'] === 'building';
  if (!(await putInError(reach, cell, item, given, names)))
    return `server ${uuid} has just been settled: left as it is`;
  const fenced = `server ${uuid} is in error, fenced from its hosts`;
  if (building) {
    await reach.placement.release(uuid);
    return `${fenced}, its claim released`;
  }
  // A server that ran before goes on holding what it runs on, and no more than that.
  return `${fenced}${await endMove(reach, cell, uuid)}`;
}

/** Ends the migration that goes on, if there is one, in error: its hosts can no longer begin it again. */
async function endMove(reach: Reached, cell: string, uuid: string): Promise<string> {
  const context = {
    request_id: '',
    user_id: null,
    project_id: null,
    is_admin: true,
    read_deleted: 'yes',
    timestamp: isoSeconds(reach.clock.now()),
  } as const;
  const records = { ...reach, cell: await cellNamed(reach, cell), context };
  const going = (await migrationsOf(records, uuid)).filter(({ status }) => !FINAL_STATUSES.has(plainText(status)));
  await endMigrations(records, uuid, 'error', () => true);
  const troubles: string[] = [];
  const services = { ...reach, log: { error: (text: string) => void troubles.push(text) } };
  for (const { uuid: migration } of going) {
    const ended = await reach.tables.get(cellTable(cell), migrationKey(uuid, plainText(migration)));
    if (ended !== undefined) await settleAllocations(services, cell, ended);
  }
  const told = going.length === 0 ? 'its claims are kept' : 'its migration is ended';
  return [`; ${told}`, ...troubles].join('; ');
}

async function beforeItsCell(reach: Reached, uuid: string): Promise<string> {
  const request = await reach.tables.get(BUILD_REQUESTS, buildRequestKey(uuid));
  const released = await reach.placement.release(uuid);
  const claim = released ? ', its claim is released' : '';
  return request === undefined
    ? `server ${uuid} is recorded nowhere${claim}`
    : `server ${uuid} was not recorded yet${claim}; its build request is still there: conductor audit`;
}

async function putInError(
  reach: Reached,
  cell: string,
  item: Item,
  { uuid, execution, reason, workflow }: GivenUp,
  names: ReturnType<typeof operationNames>,
): Promise<boolean> {
  const now = isoSeconds(reach.clock.now());
  const state = { vm_state: 'error', task_state: null };
  const set = {
    ...state,
    updated_at: now,
    by_status: statusPartition({ ...state, deleted: false }),
    by_status_sort: `${now}#${uuid}`,
    [HOSTS]: hostsAttribute(''),
  };
  const unchanged = all(
    exists,
    equals('deleted', false),
    equals(names.owner, execution),
    equals('vm_state', item['vm_state'] ?? null),
  );
  try {
    await reach.tables.update(
      cellTable(cell),
      instanceKey(uuid),
      { set, remove: [names.token, names.owner] },
      unchanged,
    );
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
  await reach.tables.put(cellTable(cell), {
    ...faultKey(uuid, `stopped-${workflow}-${execution}`),
    id: await reach.counter.nextId(reach.tables, cellTable(cell), 'instance_faults'),
    instance_uuid: uuid,
    code: 500,
    message: `Stopped by an operator: ${reason}`.slice(0, 255),
    details: '',
    host: textOf(item['host']) ?? null,
    created_at: now,
    updated_at: null,
    deleted: false,
    deleted_at: null,
  });
  return true;
}
