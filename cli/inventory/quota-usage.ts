import { COUNTED, times, type Amounts } from '#conductor/quota';
import { all, any, equals } from '#ports/conditions';
import { ConditionFailed, type Item } from '#ports/tables';
import { instanceMappingItem } from '#records/items/mapping';
import { usageItem } from '#records/items/quota-usage';
import { instanceDocumentItem } from '#records/items/request-document';
import { allPages } from '#records/all-pages';
import { API, cellTable, MAPPINGS, instanceMappingKey, quotaKey, REQUESTS, userUsageKey } from '#records/keys';
import { quotaHeld } from '#records/instance-quota';
import { reservationOf, type Consumer, type Reservation } from '#records/quota-usage';
import { cellRows } from './cells.ts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** What a project, or a user of it, uses. */
export interface Usage extends Consumer {
  readonly amounts: Amounts;
}

/** A request that holds quota for servers that may be recorded nowhere yet. */
export interface Reserved extends Reservation {
  readonly uuids: readonly string[];
}

export const NOTHING: Amounts = { instances: 0, cores: 0, ram: 0 };

const plus = (a: Amounts, b: Amounts): Amounts => ({
  instances: a.instances + b.instances,
  cores: a.cores + b.cores,
  ram: a.ram + b.ram,
});

export const same = (a: Amounts, b: Amounts): boolean => COUNTED.every((name) => a[name] === b[name]);

/** What a request still holds for servers that are recorded nowhere yet: by the request's items. */
export function reservedBy(items: readonly Item[]): Reserved | undefined {
  const reservation = reservationOf(items.find(({ sk }) => sk === 'document'));
  if (reservation === undefined) return undefined;
  const uuids = items
    .filter((item) => item.sk.startsWith('server#') && !instanceDocumentItem(item).returned)
    .map(({ sk }) => sk.slice('server#'.length));
  return { ...reservation, uuids };
}

/** One text for each project and each user of it. */
export const consumerName = ({ project, user }: Consumer): string =>
  user === undefined ? project : `${project}, user ${user}`;

/**
 * What projects and their users come to: by the servers that count, and by the requests whose servers are still being
 * placed. The audit and a recount count alike, by this.
 *
 * @param pending servers that are mapped to no cell
 */
export function comeTo(
  held: readonly Reservation[],
  reserved: readonly Reserved[],
  pending: ReadonlySet<string>,
): ReadonlyMap<string, Usage> {
  const counted = new Map<string, Usage>();
  const add = (consumer: Consumer, amounts: Amounts): void => {
    const name = consumerName(consumer);
    counted.set(name, { ...consumer, amounts: plus(counted.get(name)?.amounts ?? NOTHING, amounts) });
  };
  const count = ({ project, user, share }: Reservation, instances: number): void => {
    if (instances === 0) return;
    const amounts = times(share, instances);
    add({ project }, amounts);
    if (user !== undefined) add({ project, user }, amounts);
  };
  for (const each of held) count(each, 1);
  for (const each of reserved) count(each, each.uuids.filter((uuid) => pending.has(uuid)).length);
  return counted;
}

/** The consumer that an item of the `api` table counts; undefined when it counts none. */
export function usageOf(item: Item): Usage | undefined {
  const project = item.pk.slice('quota#'.length);
  const amounts = usageItem(item);
  if (item.sk === 'usage') return { project, amounts };
  return item.sk.startsWith('usage#') ? { project, user: item.sk.slice('usage#'.length), amounts } : undefined;
}

/** What is counted for a project and its users now; the project first. */
export async function countedUsage({ tables }: Pick<DeploymentTarget, 'tables'>, project: string): Promise<Usage[]> {
  const items = await allPages(tables, API, { partition: quotaKey(project).pk, sortPrefix: 'usage' });
  const [own, users] = [quotaKey(project), items.flatMap((item) => (item.sk === 'usage' ? [] : (usageOf(item) ?? [])))];
  const item = items.find(({ sk }) => sk === own.sk);
  return [{ project, amounts: item === undefined ? NOTHING : usageItem(item) }, ...users];
}

/** What the servers and pending requests of a project and its users come to. Reads requests and cells whole. */
export async function recount(
  target: Pick<DeploymentTarget, 'tables' | 'scan'>,
  project: string,
): Promise<ReadonlyMap<string, Usage>> {
  const requests = new Map<string, Item[]>();
  for await (const item of target.scan(REQUESTS)) {
    const together = requests.get(item.pk);
    if (together === undefined) requests.set(item.pk, [item]);
    else together.push(item);
  }
  const reserved = [...requests.values()].flatMap((items) => reservedBy(items) ?? []);
  const own = reserved.filter((each) => each.project === project);
  const held: Reservation[] = [];
  for (const cell of await cellRows(target))
    for await (const item of target.scan(cellTable(cell.name))) {
      const holds = item.sk === 'instance' ? quotaHeld(item) : undefined;
      if (holds?.project === project) held.push(holds);
    }
  const uuids = own.flatMap((each) => each.uuids);
  const pending = await Promise.all(uuids.map((uuid) => isPending(target, uuid)));
  return comeTo(held, own, new Set(uuids.filter((_, at) => pending[at])));
}

/** A server that is still being scheduled has a mapping to no cell. */
async function isPending({ tables }: Pick<DeploymentTarget, 'tables'>, uuid: string): Promise<boolean> {
  const mapping = await tables.get(MAPPINGS, instanceMappingKey(uuid));
  return mapping !== undefined && instanceMappingItem(mapping).cell === null;
}

/** Writes what a consumer comes to, unless usage has changed since it was read; answers whether it was written. */
export async function writeUsage(
  { tables }: Pick<DeploymentTarget, 'tables'>,
  { project, user }: Consumer,
  before: Amounts,
  after: Amounts,
): Promise<boolean> {
  const unchanged = all(
    ...COUNTED.map((name) =>
      before[name] === 0 ? any(equals(name, null), equals(name, 0)) : equals(name, before[name]),
    ),
  );
  const [key, own] = user === undefined ? [quotaKey(project), {}] : [userUsageKey(project, user), { user_id: user }];
  try {
    await tables.update(API, key, { set: { project_id: project, ...own, ...after } }, unchanged);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
