import { lookedUp } from '#records/lookup';
import { COUNTED, type Amounts } from '#conductor/quota';
import { all, any, equals } from '#ports/conditions';
import type { Json } from '#ports/json';
import { ConditionFailed, type Item } from '#ports/tables';
import { API, cellTable, instanceMappingKey, MAPPINGS, quotaKey, REQUESTS } from '#records/keys';
import { mapOf, numberOf, textOf } from '#wire/reading';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { instancesOf } from './servers.ts';
import { instanceItem } from '#records/items/instance';
import { instanceMappingItem } from '#records/items/mapping';
import { requestDocumentItem, serverDocumentItem } from '#records/items/request-document';
import { usageItem } from '#records/items/quota-usage';

export const NOTHING: Amounts = { instances: 0, cores: 0, ram: 0 };

const amountsOf = (value: Json | undefined): Amounts => {
  const of = (name: keyof Amounts): number => numberOf(mapOf(value)[name]) ?? 0;
  return { instances: of('instances'), cores: of('cores'), ram: of('ram') };
};

export const plus = (a: Amounts, b: Amounts): Amounts => ({
  instances: a.instances + b.instances,
  cores: a.cores + b.cores,
  ram: a.ram + b.ram,
});

export const same = (a: Amounts, b: Amounts): boolean => COUNTED.every((name) => a[name] === b[name]);

/** What a server's item holds of its project's quota. */
export function heldBy(item: Item): { project: string; amounts: Amounts } | undefined {
  const { quota: held } = instanceItem(item);
  const project = textOf(held['project']);
  return project === undefined ? undefined : { project, amounts: amountsOf(held) };
}

/** What a request still holds for servers that are recorded nowhere yet: by the request's items. */
export function reservedBy(items: readonly Item[]): { project: string; share: Amounts; uuids: string[] } | undefined {
  const document = items.find(({ sk }) => sk === 'document');
  const { reserved } = requestDocumentItem(document ?? {});
  const project = textOf(reserved['project']);
  if (project === undefined) return undefined;
  const uuids = items
    .filter((item) => item.sk.startsWith('server#') && !serverDocumentItem(item).returned)
    .map(({ sk }) => sk.slice('server#'.length));
  return { project, share: amountsOf(reserved['share']), uuids };
}

/** What is counted for a project now. */
export async function countedUsage({ tables }: Pick<DeploymentTarget, 'tables'>, project: string): Promise<Amounts> {
  const item = await tables.get(API, quotaKey(project));
  return item === undefined ? NOTHING : usageItem(item);
}

/** What the project's servers and pending requests come to. Reads the request table whole. */
export async function recount(target: Pick<DeploymentTarget, 'tables' | 'scan'>, project: string): Promise<Amounts> {
  const bounds = { index: 'by-project', sortPrefix: 'instance#' } as const;
  const byCell = Map.groupBy(
    (await lookedUp(target.tables, MAPPINGS, [project], bounds)).map(instanceMappingItem),
    ({ cell }) => cell,
  );
  let total = NOTHING;
  for (const [cell, mappings] of byCell) {
    if (cell === null) continue;
    const uuids = mappings.flatMap(({ instance_uuid }) => instance_uuid ?? []);
    for (const item of await instancesOf(target, cellTable(cell), uuids)) {
      const held = heldBy(item);
      if (held?.project === project) total = plus(total, held.amounts);
    }
  }
  const requests = new Map<string, Item[]>();
  for await (const item of target.scan(REQUESTS)) {
    const together = requests.get(item.pk);
    if (together === undefined) requests.set(item.pk, [item]);
    else together.push(item);
  }
  for (const items of requests.values()) {
    const reserved = reservedBy(items);
    if (reserved?.project !== project) continue;
    for (const uuid of reserved.uuids) if (await isPending(target, uuid)) total = plus(total, reserved.share);
  }
  return total;
}

/** A server that is still being scheduled has a mapping to no cell. */
async function isPending({ tables }: Pick<DeploymentTarget, 'tables'>, uuid: string): Promise<boolean> {
  const mapping = await tables.get(MAPPINGS, instanceMappingKey(uuid));
  return mapping !== undefined && instanceMappingItem(mapping).cell === null;
}

/** Writes a recount, unless usage has changed since it was read; answers whether it was written. */
export async function writeUsage(
  { tables }: Pick<DeploymentTarget, 'tables'>,
  project: string,
  before: Amounts,
  after: Amounts,
): Promise<boolean> {
  const unchanged = all(
    ...COUNTED.map((name) =>
      before[name] === 0 ? any(equals(name, null), equals(name, 0)) : equals(name, before[name]),
    ),
  );
  try {
    await tables.update(API, quotaKey(project), { set: { project_id: project, ...after } }, unchanged);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
