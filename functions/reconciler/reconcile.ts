import { createHash } from 'node:crypto';
import { reconcile, type TransitionFacts } from '#conductor/reconcile';
import { isoSeconds } from '#conductor/time';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { TRANSITION } from '#records/instance-index';
import { lookedUp } from '#records/lookup';
import { cellTable, documentKey, REQUESTS, instanceDocumentKey } from '#records/keys';
import { OPERATIONS, operationState, type Operation, hostsOf } from '#records/operation';
import { isShownIn, releaseCopy } from '#servers/release-copy';
import type { DeletionServices } from '#servers/order-deletion';
import type { Cell } from '#records/method';
import { settle, settledAs } from '#operations/settle';
import { instanceItem } from '#records/items/instance';
import { mappedCells } from './mapped-cells.ts';

/** Seconds without a change after which a server in transition is looked at. */
const MIN_AGE = 300;

type ReconcileServices = Pick<Services, 'clock' | 'executions' | 'log' | 'tables'> & DeletionServices;

/** What came of one round, by decision. */
export type Reconciled = Readonly<Record<'leave' | 'settle' | 'relaunch' | 'report' | 'release', number>>;

/**
 * Looks at every server that has been in transition for a while, and finishes or reports those that no running
 * execution owns. The index only says where to look: each verdict is made on the record itself, read consistently.
 */
export async function reconcileInstances(services: ReconcileServices): Promise<Reconciled> {
  const counts = { leave: 0, settle: 0, relaunch: 0, report: 0, release: 0 };
  const before = isoSeconds(services.clock.now() - MIN_AGE * 1000);
  let oldest = services.clock.now();
  const cells = await mappedCells(services);
  for (const { name: cell, uuid } of cells) {
    const table = cellTable(cell);
    // What was made lately is not even read; whether anything was done with the rest is in the record.
    for (const item of await lookedUp(services.tables, table, TRANSITION, { sortTo: before })) {
      const { deleted, hidden, updated_at } = instanceItem(item);
      if (deleted || (updated_at !== null && updated_at > before)) continue;
      if (hidden) {
        if (await releaseLeftCopy(services, cells, { name: cell, uuid }, item)) counts.release += 1;
        continue;
      }
      oldest = Math.min(oldest, waitsSince(item) ?? oldest);
      counts[await reconcileInstance(services, cell, item)] += 1;
    }
  }
  services.log.measure('oldest_waiting_server', [(services.clock.now() - oldest) / 1000], 'Seconds');
  services.log.info('reconciled', counts);
  return counts;
}

/** Seconds after which a host is ordered once more to delete a copy. */
const ORDERED_AGAIN = 3600;

/** The tasks of a copy whose host was ordered to delete it: none once the host has failed to. */
const ORDERED: ReadonlySet<string | null> = new Set(['deleting', null]);

/**
 * What is kept of a server in another cell waits for its user. Once the server is deleted, and nobody is at work on the
 * copy, its host has to delete it too.
 */
async function releaseLeftCopy(
  services: ReconcileServices,
  cells: readonly Cell[],
  cell: Cell,
  item: Item,
): Promise<boolean> {
  const { uuid, task_state, updated_at } = instanceItem(item);
  const again = isoSeconds(services.clock.now() - ORDERED_AGAIN * 1000);
  if (ORDERED.has(task_state) && updated_at !== null && updated_at > again) return false;
  if (await isShownIn(services, uuid, cells)) return false;
  for (const operation of OPERATIONS) {
    const { owner } = operationState(item, operation);
    if (owner !== null && (await services.executions.status(operation, owner)) === 'RUNNING') return false;
  }
  const released = await releaseCopy(services, cell, item);
  if (released)
    services.log.warn('a copy of a server that is deleted is released', { instance: uuid, cell: cell.name });
  return released;
}

/** Epoch milliseconds: a build waits since it was asked for, any other server since its task began or last moved. */
function waitsSince(item: Item): number | undefined {
  const { vm_state, created_at, updated_at } = instanceItem(item);
  const since = Date.parse((vm_state === 'building' ? created_at : updated_at) ?? '');
  return Number.isFinite(since) ? since : undefined;
}

async function reconcileInstance(services: ReconcileServices, cell: string, item: Item): Promise<keyof Reconciled> {
  // A launch keeps its server when it has ended: whatever owns it besides came later.
  const operation = OPERATIONS.findLast((each) => operationState(item, each).owner !== null);
  const decision = reconcile(await factsOf(services, item, operation));
  const uuid = instanceItem(item).uuid;
  if (decision.kind === 'settle' && operation !== undefined) await settle(services, item, [operation]);
  if (decision.kind === 'relaunch') {
    const { name, state } = relaunch(uuid, item);
    const started = await services.executions.start('launch', name, { state });
    services.log.warn('a build goes on in another execution', { instance: uuid, cell, execution: name, started });
  }
  if (decision.kind === 'report') {
    services.log.warn('a server in transition is owned by nobody', { instance: uuid, cell, reason: decision.reason });
    services.log.count('unowned_servers', { cell });
  }
  return decision.kind;
}

async function factsOf(
  services: ReconcileServices,
  item: Item,
  operation: Operation | undefined,
): Promise<TransitionFacts> {
  const { task_state } = instanceItem(item);
  const deleting = task_state === 'deleting' || task_state === 'soft-deleting';
  const nothing = { owner: null, status: undefined, settled: undefined, documented: false };
  if (operation === undefined) return { ...nothing, operation, deleting };
  const { owner } = operationState(item, operation);
  return {
    operation,
    deleting,
    owner,
    status: owner === null ? undefined : await services.executions.status(operation, owner),
    settled: settledAs(item, operation),
    documented: operation === 'launch' && (await documented(services, item)),
  };
}

async function documented({ tables }: ReconcileServices, item: Item): Promise<boolean> {
  const { request } = operationState(item, 'launch');
  if (request === null) return false;
  const found = await tables.batchGet([
    { table: REQUESTS, key: documentKey(request) },
    { table: REQUESTS, key: instanceDocumentKey(request, instanceItem(item).uuid) },
  ]);
  return found.every((part) => part !== undefined);
}

/** Named by the execution that it takes over from, so that two rounds start it once. */
function relaunch(uuid: string, item: Item): { name: string; state: JsonMap } {
  const { owner, attempt, request } = operationState(item, 'launch');
  const [host = ''] = hostsOf(item);
  const after = createHash('sha256').update(String(owner)).digest('hex').slice(0, 32);
  const state = {
    entry: 'reschedule',
    server: uuid,
    request,
    request_id: '',
    attempt,
    previous_owner: owner,
    reason: 'the execution that saw to the build runs no more',
    // A server whose order was never given goes to the host that was chosen for it.
    tried: attempt === 0 || host === '' ? [] : [[host, instanceItem(item).node ?? '']],
  };
  return { name: `${uuid}-${after}`, state };
}
