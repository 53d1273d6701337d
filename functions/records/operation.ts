import { any, equals, oneOf, type Condition } from '#ports/conditions';
import type { Attributes, Item } from '#ports/tables';
import type { Json } from '#ports/json';
import { mapOf } from '#wire/reading';

/** The workflows that own a server while they are at work on it. */
export const OPERATIONS = [
  'launch',
  'cold-migrate',
  'cross-cell-resize',
  'confirm-across-cells',
  'revert-across-cells',
  'live-migrate',
  'rebuild',
  'unshelve',
] as const;

/** A workflow that owns servers. */
export type Operation = (typeof OPERATIONS)[number];

/** An attribute of an operation's bookkeeping. */
type OperationAttribute = `op:${string}`;

/** Attribute names under which an operation keeps its bookkeeping on the server's item, beside Nova's fields. */
export interface OperationNames {
  /** Name of the execution that owns the record. */
  readonly owner: OperationAttribute;
  /** Number of the attempt that the last cast was for, from 1. */
  readonly attempt: OperationAttribute;
  /** When the order of that attempt was given, in epoch milliseconds. */
  readonly orderedAt: OperationAttribute;
  /** A compute's request to be rescheduled: `{ attempt, reason }`. */
  readonly reschedule: OperationAttribute;
  /** Key of the request document that a launch came with. */
  readonly request: OperationAttribute;
  /** uuid of the migration that belongs to it. */
  readonly migration: OperationAttribute;
  /** The host that a server without a migration is evacuated to. */
  readonly destination: OperationAttribute;
  /** That migration's status once it is final, copied here so that one item shows whether the operation is settled. */
  readonly migrationStatus: OperationAttribute;
}

/** Each operation has names of its own, so two operations on one server do not meet. */
export const operationNames = (operation: Operation): OperationNames => ({
  owner: `op:${operation}:owner`,
  attempt: `op:${operation}:attempt`,
  orderedAt: `op:${operation}:ordered_at`,
  reschedule: `op:${operation}:reschedule`,
  request: `op:${operation}:request`,
  migration: `op:${operation}:migration`,
  destination: `op:${operation}:destination`,
  migrationStatus: `op:${operation}:migration_status`,
});

/** The hosts that may write the record now, as `|host1|host2|`; absent while any host of the cell may. */
export const HOSTS = 'op:hosts';
/**
 * The host that is asked whether it takes the server, or that has given it back, as `|host1|`: it may read the server
 * and report events and faults, and write nothing of it.
 */
export const ASKED = 'op:asked';
/** Set while the server counts against its project's quota: what to give back. */
export const QUOTA = 'op:quota';
/** What a server counted that has given it back, as `op:quota` was: one that is restored counts it again. */
export const QUOTA_RETURNED = 'op:quota_returned';

/**
 * The vm_state of the last save that ended a task, since the operation at hand began: what the next request writes is
 * task_state, never this.
 */
export const ENDED = 'op:ended';

/** Accelerator requests that were made for the server, noted before they are bound: until then they name no server. */
export const ARQS = 'op:arqs';

/**
 * The device profile of requests that are being made: until they are noted, an answer that was
 * lost has left some of nobody's.
 */
export const ARQS_ASKED = 'op:arqs_asked';

/** The execution that owned the server last, as `workflow/name`, noted when its ownership ends. */
export const LAST_EXECUTION = 'op:last_execution';

/**
 * Set with the hidden copy of a server that is in two cells: conditions look at it, since the column itself is packed.
 */
export const HIDDEN = 'op:hidden';
export const IS_HIDDEN: Condition = equals(HIDDEN, true);
export const IS_SHOWN: Condition = equals(HIDDEN, null);

/** Set once a user has asked for the server to be deleted, whatever its task_state is then made to be. */
export const DELETION = 'op:deletion';
/** The task states of a server that is being deleted: nothing of ours writes over them. */
export const DELETING: readonly string[] = ['deleting', 'soft-deleting'];

/**
 * The vm_states of a server that its host has deleted: without its guest until the record is destroyed, or until the
 * user restores it. The task_state has ended by then, so nothing else shows that an operation was overtaken.
 */
export const DELETED_STATES: readonly string[] = ['deleted', 'soft-delete'];
/** Whether its host has deleted the server, as the condition of a write. */
export const DELETED_BY_HOST: Condition = oneOf('vm_state', DELETED_STATES);

/** Whether a user has asked for the server to be deleted, as the condition of a write. */
export const BEING_DELETED: Condition = any(equals(DELETION, true), oneOf('task_state', DELETING));

/** Set for good for each host that has had the server: a deletion by it is never late. */
export const hadBy = (host: string): OperationAttribute => `op:had:${host}`;

/** What makes these hosts the only ones that may write the record. */
export const involved = (...hosts: readonly string[]): Attributes => ({
  [HOSTS]: hostsAttribute(...hosts),
  ...Object.fromEntries(hosts.filter((host) => host !== '').map((host) => [hadBy(host), true])),
});

/** The hosts attribute for these hosts. */
export const hostsAttribute = (...hosts: readonly string[]): string => `|${hosts.join('|')}|`;

/** How one of them shows up in it. */
export const hostMark = (host: string): string => `|${host}|`;

/** The hosts that an item names. */
export const hostsOf = (item: Attributes): string[] =>
  (text(item[HOSTS]) ?? '').split('|').filter((host) => host !== '');

/** What a reschedule leaves on the record: no document and no secret, those stay with the request. */
interface StoredReschedule {
  readonly attempt: number;
  /** What went wrong on the host, in the compute's words. */
  readonly reason: string;
  /** Where a call to be rescheduled waits for its answer; absent for a cast. */
  readonly reply?: { readonly queue: string; readonly messageId: string };
}

/** The vm_state with which the task at hand was ended; null while nobody has ended it. */
export const endedAs = (item: Attributes): string | null => text(item[ENDED]);

/** What an item remembers of one operation. */
export interface OperationState {
  readonly owner: string | null;
  readonly attempt: number;
  /** Epoch milliseconds; null while no order was given. */
  readonly orderedAt: number | null;
  readonly reschedule: StoredReschedule | null;
  readonly migration: string | null;
  readonly destination: string | null;
  readonly migrationStatus: string | null;
  /** Key of the request document that a launch came with. */
  readonly request: string | null;
}

/** Reads an operation's part of an instance's item. */
export function operationState(item: Item, operation: Operation): OperationState {
  const names = operationNames(operation);
  const attempt = item[names.attempt];
  const orderedAt = item[names.orderedAt];
  return {
    owner: text(item[names.owner]),
    attempt: typeof attempt === 'number' ? attempt : 0,
    orderedAt: typeof orderedAt === 'number' ? orderedAt : null,
    reschedule: storedReschedule(item[names.reschedule]),
    migration: text(item[names.migration]),
    destination: text(item[names.destination]),
    migrationStatus: text(item[names.migrationStatus]),
    request: text(item[names.request]),
  };
}

/** The execution that owns the server beside its launch, or owned it last, as `workflow/name`. */
export function lastExecution(item: Attributes): string | null {
  const [, ...others] = OPERATIONS;
  for (const operation of others) {
    const names = operationNames(operation);
    const owner = text(item[names.owner]);
    if (owner !== null) return `${operation}/${owner}`;
  }
  return text(item[LAST_EXECUTION]);
}

/** Nova's fields of an item: everything but keys and bookkeeping. */
export function fieldsOf(item: Attributes): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(item).filter(
      ([name]) => name !== 'pk' && name !== 'sk' && !name.startsWith('op:') && !name.startsWith('by_'),
    ),
  );
}

function storedReschedule(value: Json | undefined): StoredReschedule | null {
  const { attempt, reason, reply } = mapOf(value);
  if (typeof attempt !== 'number' || typeof reason !== 'string') return null;
  const { queue, messageId } = mapOf(reply);
  const answered = typeof queue === 'string' && typeof messageId === 'string';
  return { attempt, reason, ...(answered ? { reply: { queue, messageId } } : {}) };
}

const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
