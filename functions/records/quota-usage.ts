import { TooManyInstances, type NovaError } from '#errors';
import { COUNTED, exceeded, negative, tooMany, type Amounts, type Bound, type Limits } from '#conductor/quota';
import { all, any, atMost, equals, exists, not, type Condition } from '#ports/conditions';
import type { Json, JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import {
  TransactionRefused,
  type Action,
  type Attributes,
  type Item,
  type Key,
  type AttributesOf,
  type AttributeName,
} from '#ports/tables';
import { API, documentKey, quotaKey, REQUESTS, instanceDocumentKey, userUsageKey } from './keys.ts';
import { numbersOf, textsOf } from '#wire/reading';
import {
  requestDocumentItem,
  type RequestDocumentItem,
  type InstanceDocumentItem,
} from '#records/items/request-document';
import type { QuotaUsageItem } from '#records/items/quota-usage';

/** Who uses what is counted: a project, and the user of it whose servers they are. */
export interface Consumer {
  readonly project: string;
  /** @default nobody in particular: the project alone is counted */
  readonly user?: string | undefined;
}

/** What a request has reserved, as its document item remembers it. */
export interface Reservation extends Consumer {
  /** What one of its servers counts. */
  readonly share: Amounts;
  /**
   * Servers of the request that were deleted before it reserved: they are not in the total, and give nothing back.
   * @default none
   */
  readonly without?: readonly string[];
}

/** The writes that count amounts for a project and for its user; negative amounts give them back. */
export function countUsage({ project, user }: Consumer, amounts: Amounts, limits?: Limits): Action[] {
  const counted = (key: Key, own: Attributes, bound: Amounts | undefined): Action => ({
    kind: 'update',
    table: API,
    key,
    update: { set: { project_id: project, ...own } satisfies AttributesOf<QuotaUsageItem>, add: { ...amounts } },
    ...(bound === undefined ? {} : { condition: withinLimits(bound, amounts) }),
  });
  return [
    counted(quotaKey(project), {}, limits?.project),
    ...(user === undefined ? [] : [counted(userUsageKey(project, user), { user_id: user }, limits?.user)]),
  ];
}

/**
 * Reserves for a whole request in one transaction: usage rises only where every limit still holds, and the request's
 * document remembers it, so that a repeated step reserves nothing twice.
 *
 * @throws TooManyInstances when a limit stands in the way
 */
export async function reserve(
  services: Pick<Services, 'tables'>,
  request: string,
  reservation: Reservation,
  total: Amounts,
  limits: Limits,
): Promise<void> {
  const counted = countWithin(reservation, total, limits);
  try {
    await services.tables.transact([
      ...counted,
      {
        kind: 'update',
        table: REQUESTS,
        key: documentKey(request),
        update: { set: { reserved: reservedAs(reservation, total) } satisfies AttributesOf<RequestDocumentItem> },
        condition: all(exists, equals<RequestDocumentItem>('reserved', null)),
      },
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    if (reservationOf(error.refusals[counted.length]?.item) !== undefined) return;
    throw overLimits(reservation, total, limits, error.refusals);
  }
}

/**
 * The writes that count amounts where every limit still holds.
 *
 * @param used items of usage, of the project and of the user, so that a request without room is refused before ids of
 *   its records are taken from the counters; without them the amounts alone are looked at
 * @throws TooManyInstances when they are more than a limit leaves
 */
export function countWithin(
  consumer: Consumer,
  total: Amounts,
  limits: Limits,
  used: readonly (Item | undefined)[] = [],
): Action[] {
  const [project, user] = used;
  const bounds = boundsOf(consumer, limits, [{ item: project }, { item: user }]);
  if (exceeded(bounds, total).length > 0) throw new TooManyInstances(tooMany(bounds, total));
  return countUsage(consumer, total, limits);
}

/** Why `countWithin`'s writes were refused: what the usage was found to be. */
export const overLimits = (
  consumer: Consumer,
  total: Amounts,
  limits: Limits,
  refusals: TransactionRefused['refusals'],
): NovaError => new TooManyInstances(tooMany(boundsOf(consumer, limits, refusals), total));

const boundsOf = (
  { user }: Consumer,
  limits: Limits,
  [ofProject, ofUser]: readonly ({ readonly item?: Item | undefined } | undefined)[],
): Bound[] => [
  { limits: limits.project, usage: amountsIn(ofProject?.item) },
  ...(user === undefined ? [] : [{ limits: limits.user, usage: amountsIn(ofUser?.item) }]),
];

const reservedAs = ({ project, user, share, without = [] }: Reservation, total: Amounts): JsonMap => ({
  project,
  ...(user === undefined ? {} : { user }),
  share: { ...share },
  total: { ...total },
  ...(without.length === 0 ? {} : { without: [...without] }),
});

/** Gives a request's whole reservation back, once. One without a total is of all of the request's servers. */
export async function unreserve(services: Pick<Services, 'tables'>, request: string, whole: Amounts): Promise<void> {
  const document = await services.tables.get(REQUESTS, documentKey(request));
  const reservation = reservationOf(document);
  if (document === undefined || reservation === undefined) return;
  const { total } = requestDocumentItem(document).reserved;
  const reserved = total === undefined ? whole : amountsIn(total);
  await transactOnce(services, [
    ...countUsage(reservation, negative(reserved)),
    {
      kind: 'update',
      table: REQUESTS,
      key: documentKey(request),
      update: { remove: ['reserved'] satisfies AttributeName<RequestDocumentItem>[] },
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
  if (reservation.without?.includes(uuid) === true) return;
  await transactOnce(services, [
    ...countUsage(reservation, negative(reservation.share)),
    {
      kind: 'update',
      table: REQUESTS,
      key: instanceDocumentKey(request, uuid),
      update: { set: { returned: true } satisfies AttributesOf<InstanceDocumentItem> },
      condition: all(exists, equals<InstanceDocumentItem>('returned', null)),
    },
  ]);
}

/** What the request of this document item has reserved. */
export function reservationOf(document: Item | undefined): Reservation | undefined {
  const { reserved = {} } = document === undefined ? {} : requestDocumentItem(document);
  const consumer = consumerIn(reserved);
  const { share, without } = reserved;
  return consumer === undefined ? undefined : { ...consumer, share: amountsIn(share), without: textsOf(without) };
}

/** What is remembered as the share of a server; undefined where nothing is. */
export function reservationIn(held: JsonMap): Reservation | undefined {
  const consumer = consumerIn(held);
  return consumer === undefined ? undefined : { ...consumer, share: amountsIn(held) };
}

function consumerIn({ project, user }: JsonMap): Consumer | undefined {
  if (typeof project !== 'string') return undefined;
  return typeof user === 'string' ? { project, user } : { project };
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

/** Writes all of it, unless a condition says that it has been written before. */
export async function transactOnce(services: Pick<Services, 'tables'>, actions: readonly Action[]): Promise<void> {
  try {
    await services.tables.transact(actions);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
  }
}
