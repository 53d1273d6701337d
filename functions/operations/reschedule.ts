import { all, any, contains, equals, exists, not, oneOf, type Condition } from '#ports/conditions';
import type { Json, JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { ConditionFailed } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { cellOfRecord } from './existing-instances.ts';
import { isFormer } from '#records/authority/conditions';
import { maskedText } from '#wire/masked-text';
import { HOSTS, hostMark, hostsOf, operationNames, operationState, type Operation } from '#records/operation';
import { waitingToken } from './waiting-task.ts';
import type { InstanceItem } from '#records/items/instance';

/** A compute's request to have a build go on elsewhere. */
export interface Reschedule {
  /** Whose server it is: `launch` for a build, `cold-migrate` for a resize. */
  readonly operation: Operation;
  readonly uuid: string;
  /** The attempt that failed, from the retry bookkeeping of its order. */
  readonly attempt: number;
  /** In the words of the compute: what is kept and shown of them are no secrets. */
  readonly reason: string;
  /** The hosts that the sender stands for; absent for a sender without a principal. */
  readonly hosts: readonly string[] | undefined;
  /** Where the sender waits for an answer, which the owning execution gives. */
  readonly reply?: { readonly queue: string; readonly messageId: string } | undefined;
}

/** What became of it. */
export type RescheduleOutcome =
  /** The execution that owns the server hears of it. */
  | { readonly kind: 'stored' }
  /** It comes too late to matter. */
  | { readonly kind: 'stale' }
  /** No running execution owns the server; the one that did, if any, is named. */
  | { readonly kind: 'unowned'; readonly owner: string | null }
  /** A host speaks of an attempt that no record says is its own. */
  | { readonly kind: 'foreign' };

/**
 * Stores a reschedule on the server's record, then fails the token that waits for the host.
 *
 * Only a host that the attempt was given to may ask, so a host that was given up changes nothing, and one that names a
 * server or an attempt that is not its own starts nothing. Between a timeout and
 * the next registration nothing is lost: who registers next finds it stored.
 */
export async function storeReschedule(
  services: Pick<Services, 'tables' | 'executions'>,
  rescheduleRequest: Reschedule,
): Promise<RescheduleOutcome> {
  const cell = await cellOfRecord(services, rescheduleRequest.uuid);
  const isHost = rescheduleRequest.hosts !== undefined;
  if (cell === undefined) return isHost ? { kind: 'foreign' } : { kind: 'unowned', owner: null };
  const speaker = (await concerned(services, cell, rescheduleRequest)).map((host) => contains(HOSTS, hostMark(host)));
  if (isHost && speaker.length === 0) return { kind: 'stale' };
  const table = cellTable(cell);
  const names = operationNames(rescheduleRequest.operation);
  try {
    const { item } = await services.tables.update(
      table,
      instanceKey(rescheduleRequest.uuid),
      { set: { [names.reschedule]: storedRequest(rescheduleRequest) } },
      all(
        exists,
        not(equals(names.owner, null)),
        equals(names.attempt, rescheduleRequest.attempt),
        equals<InstanceItem>('deleted', false),
        ...(isHost ? [any(...speaker), ...unbuilt(rescheduleRequest.operation)] : []),
      ),
    );
    const { owner } = operationState(item, rescheduleRequest.operation);
    const token = await waitingToken(services, item, rescheduleRequest.operation);
    if (token !== undefined)
      await services.executions.fail(token, 'RescheduledException', maskedText(rescheduleRequest.reason));
    return (await running(services, rescheduleRequest.operation, owner))
      ? { kind: 'stored' }
      : { kind: 'unowned', owner };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.item === undefined) return isHost ? { kind: 'foreign' } : { kind: 'unowned', owner: null };
    if (!speaksFor(rescheduleRequest.hosts, error.item[HOSTS])) return { kind: 'stale' };
    if (isFormer(error.item, rescheduleRequest.hosts ?? [])) return { kind: 'stale' };
    const { owner } = operationState(error.item, rescheduleRequest.operation);
    if (await running(services, rescheduleRequest.operation, owner)) return { kind: 'stale' };
    return isHost ? { kind: 'foreign' } : { kind: 'unowned', owner };
  }
}

/** A host gives back what it could not build; a server that it has built stays where it is. */
const unbuilt = (operation: Operation): Condition[] =>
  operation === 'launch' ? [oneOf<InstanceItem>('vm_state', ['building', null])] : [];

const storedRequest = ({ attempt, reason, reply }: Reschedule): JsonMap => ({
  attempt,
  reason: maskedText(reason),
  ...(reply === undefined ? {} : { reply: { queue: reply.queue, messageId: reply.messageId } }),
});

/** A host that the attempt was not given to, or that was given up, may not move the server. */
const speaksFor = (hosts: readonly string[] | undefined, allowed: Json | undefined): boolean =>
  hosts === undefined || typeof allowed !== 'string' || hosts.some((host) => allowed.includes(hostMark(host)));

/** Hosts that one condition may name. */
const MOST_IN_CONDITION = 20;

/** The sender's hosts; of a bridge of many those that the record names. */
async function concerned(
  { tables }: Pick<Services, 'tables'>,
  cell: string,
  { hosts = [], uuid }: Reschedule,
): Promise<readonly string[]> {
  if (hosts.length <= MOST_IN_CONDITION) return hosts;
  const item = await tables.get(cellTable(cell), instanceKey(uuid));
  const named = item === undefined ? [] : hostsOf(item);
  return hosts.filter((host) => named.includes(host));
}

const running = async (
  services: Pick<Services, 'executions'>,
  operation: Operation,
  owner: string | null,
): Promise<boolean> => owner !== null && (await services.executions.status(operation, owner)) === 'RUNNING';
