import { transactOnce } from './transact-once.ts';
import { TooManyInstances } from '#errors';
import { COUNTED, exceeded, negative, tooMany, type Amounts } from '#conductor/quota';
import { all, any, atMost, equals, exists, not, type Condition } from '#ports/conditions';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { TransactionRefused, type Action, type Attributes, type Item } from '#ports/tables';
import { API, documentKey, quotaKey, REQUESTS, serverDocumentKey } from './keys.ts';
import { QUOTA, QUOTA_RETURNED } from './operation.ts';
import { mapOf, numbersOf } from '#wire/reading';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import {
  requestDocumentItem,
  type RequestDocumentItem,
  type ServerDocumentItem,
} from '#records/items/request-document';

/** What a request has reserved, as its document item remembers it. */
export interface Reservation {
  readonly project: string;
  /** What one of its servers counts. */
  readonly share: Amounts;
}

/** The write that counts amounts for a project; negative amounts give them back. */
export const countUsage = (project: string, amounts: Amounts, condition?: Condition): Action => ({
  kind: 'update',
  table: API,
  key: quotaKey(project),
  update: { set: { project_id: project }, add: { ...amounts } },
  ...(condition ? { condition } : {}),
});

/**
 * Reserves for a whole request in one transaction: usage rises only where every limit still holds, and the request's
 * document remembers it, so that a repeated step reserves nothing twice.
 *
 * @param gone servers of the request, 90 at most, that are not in the total: they give nothing back
 * @throws TooManyInstances when a limit stands in the way
 */
export async function reserve(
  services: Pick<Services, 'tables'>,
  request: string,
  reservation: Reservation,
  total: Amounts,
  limits: Amounts,
  gone: readonly string[] = [],
): Promise<void> {
  if (exceeded(limits, { instances: 0, cores: 0, ram: 0 }, total).length > 0)
    throw new TooManyInstances(tooMany(exceeded(limits, { instances: 0, cores: 0, ram: 0 }, total), limits, total));
  try {
    await services.tables.transact([
      countUsage(reservation.project, total, withinLimits(limits, total)),
      {
        kind: 'update',
        table: REQUESTS,
        key: documentKey(request),
        update: { set: { reserved: { ...reservation, share: { ...reservation.share }, total: { ...total } } } },
        condition: all(exists, equals<RequestDocumentItem>('reserved', null)),
      },
      ...gone.map(
        (uuid): Action => ({
          kind: 'update',
          table: REQUESTS,
          key: serverDocumentKey(request, uuid),
          update: { set: { returned: true } },
          condition: exists,
        }),
      ),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const [usage, document] = error.refusals;
    if (document?.item !== undefined && reservationOf(document.item) !== undefined) return;
    throw new TooManyInstances(tooMany(exceeded(limits, amountsIn(usage?.item), total), limits, total));
  }
}

/** Gives a request's whole reservation back, once. One that does not tell its total is of all of the request's servers. */
export async function unreserve(services: Pick<Services, 'tables'>, request: string, whole: Amounts): Promise<void> {
  const document = await services.tables.get(REQUESTS, documentKey(request));
  const { project, total } = document === undefined ? {} : requestDocumentItem(document).reserved;
  if (typeof project !== 'string') return;
  const reserved = total === undefined ? whole : amountsIn(total);
  await transactOnce(services, [
    countUsage(project, negative(reserved)),
    {
      kind: 'update',
      table: REQUESTS,
      key: documentKey(request),
      update: { remove: ['reserved'] },
      condition: all(exists, not(equals<RequestDocumentItem>('reserved', null))),
    },
  ]);
}

/** Gives one server's share back, once: the server will never be recorded. */
export async function returnShare(
  services: Pick<Services, 'tables'>,
  request: string,
  uuid: string,
  reservation: Reservation,
): Promise<void> {
  await transactOnce(services, [
    countUsage(reservation.project, negative(reservation.share)),
    {
      kind: 'update',
      table: REQUESTS,
      key: serverDocumentKey(request, uuid),
      update: { set: { returned: true } },
      condition: all(exists, equals<ServerDocumentItem>('returned', null)),
    },
  ]);
}

/** What the request of this document item has reserved. */
export function reservationOf(document: Item | undefined): Reservation | undefined {
  const { project, share } = document === undefined ? {} : requestDocumentItem(document).reserved;
  return typeof project === 'string' ? { project, share: amountsIn(share) } : undefined;
}

/** What a server's item remembers of its share, so that it is given back when the server goes. */
export const quotaHold = (reservation: Reservation | undefined): Attributes =>
  reservation === undefined ? {} : { [QUOTA]: { project: reservation.project, ...reservation.share } };

/** What a server's item counts against its project; undefined when it counts no more. */
function quotaHeld(item: Item): Reservation | undefined {
  const { project, ...share } = instanceItem(item).quota;
  return typeof project === 'string' ? { project, share: amountsIn(share) } : undefined;
}

function amountsIn(value: Json | undefined): Amounts {
  const { instances = 0, cores = 0, ram = 0 } = numbersOf(value);
  return { instances, cores, ram };
}

const withinLimits = (limits: Amounts, total: Amounts): Condition =>
  all(
    ...COUNTED.filter((name) => limits[name] >= 0).map((name) =>
      any(equals(name, null), atMost(name, limits[name] - total[name])),
    ),
  );

/** Gives back what a recorded server counts, once: it is deleted or soft-deleted. */
export async function returnQuota(services: Pick<Services, 'tables'>, table: string, item: Item): Promise<void> {
  const held = quotaHeld(item);
  if (held === undefined) return;
  const { project, share } = held;
  await transactOnce(services, [
    countUsage(project, negative(share)),
    {
      kind: 'update',
      table,
      key: { pk: item.pk, sk: item.sk },
      update: { set: { [QUOTA_RETURNED]: instanceItem(item).quota }, remove: [QUOTA] },
      condition: all(exists, not(equals(QUOTA, null))),
    },
  ]);
}

/** Counts a soft-deleted server again that its user has restored, once. */
async function countAgain(services: Pick<Services, 'tables'>, table: string, item: Item): Promise<void> {
  const { project, ...share } = mapOf(item[QUOTA_RETURNED]);
  if (typeof project !== 'string') return;
  await transactOnce(services, [
    countUsage(project, amountsIn(share)),
    {
      kind: 'update',
      table,
      key: { pk: item.pk, sk: item.sk },
      update: { set: { [QUOTA]: { project, ...share } }, remove: [QUOTA_RETURNED] },
      condition: all(
        exists,
        equals<InstanceItem>('deleted', false),
        not(equals<InstanceItem>('vm_state', 'soft-delete')),
        not(equals(QUOTA_RETURNED, null)),
      ),
    },
  ]);
}

/** What a recorded server counted when it was counted anew, as `cores/ram`: one writer counts a change, the others see it. */
const COUNTED_SIZE = 'op:quota_size';

/** Counts a recorded server by its new size, once: it was resized, or a resize was reverted. One that was restored counts again. */
export async function recountQuota(services: Pick<Services, 'tables'>, table: string, item: Item): Promise<void> {
  const held = quotaHeld(item);
  if (held === undefined) await countAgain(services, table, item);
  const { vcpus: cores, memory_mb: ram } = instanceItem(item);
  if (held === undefined || cores === null || ram === null) return;
  const { project, share } = held;
  if (share.cores === cores && share.ram === ram) return;
  const now = { ...share, cores, ram };
  await transactOnce(services, [
    countUsage(project, { instances: 0, cores: cores - share.cores, ram: ram - share.ram }),
    {
      kind: 'update',
      table,
      key: { pk: item.pk, sk: item.sk },
      update: { set: { [QUOTA]: { project, ...now }, [COUNTED_SIZE]: `${cores}/${ram}` } },
      condition: all(
        exists,
        not(equals(QUOTA, null)),
        equals(COUNTED_SIZE, item[COUNTED_SIZE] ?? null),
        equals<InstanceItem>('vcpus', cores),
        equals<InstanceItem>('memory_mb', ram),
      ),
    },
  ]);
}
