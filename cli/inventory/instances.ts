import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { cellTable, instanceKey } from '#records/keys';
import { OPERATIONS, operationState } from '#records/operation';
import { mappedTo, type CellRow } from './cells.ts';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { settledAs } from '#operations/settle';
import { fieldsOf, textOf } from '#wire/reading';
import { instanceItem } from '#records/items/instance';
import { instanceMappingItem } from '#records/items/mapping';
import { cellOfInstance } from '#records/instance-cell';

/** A server as operators see it. */
export interface InstanceRow {
  readonly uuid: string;
  readonly name: string | null;
  readonly cell: string;
  readonly host: string | null;
  readonly vmState: string;
  readonly taskState: string | null;
  readonly powerState: number | null;
  readonly project: string | null;
  /** Name of its flavor. */
  readonly flavor: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly deleted: boolean;
  /** Whether it is what a cell keeps of a server that another cell shows. */
  readonly hidden: boolean;
  /** Executions that own it, as `launch/<name>`. */
  readonly owners: readonly string[];
  /** The one that owned it last. */
  readonly lastExecution: string | null;
}

/** Nova's vm_states. */
export const VM_STATES = [
  'active',
  'building',
  'paused',
  'suspended',
  'stopped',
  'rescued',
  'resized',
  'soft-delete',
  'deleted',
  'error',
  'shelved',
  'shelved_offloaded',
] as const;

type Tables = Pick<DeploymentTarget, 'tables'>;

/** Keys that one batch takes. */
const BATCH = 100;

export function instanceRow(cell: string, item: Item): InstanceRow {
  const instance = instanceItem(item);
  return {
    uuid: instance.uuid,
    name: instance.display_name,
    cell,
    host: instance.host,
    vmState: instance.vm_state ?? 'unknown',
    taskState: instance.task_state,
    powerState: instance.power_state,
    project: instance.project_id,
    flavor: textOf(fieldsOf(instance.flavor ?? undefined)['name']) ?? null,
    createdAt: instance.created_at,
    updatedAt: instance.updated_at ?? instance.created_at,
    deleted: instance.deleted,
    hidden: instance.hidden,
    owners: OPERATIONS.flatMap((operation) => {
      const { owner } = operationState(item, operation);
      return owner === null || settledAs(item, operation) !== undefined ? [] : [`${operation}/${owner}`];
    }),
    lastExecution: instance.last_execution,
  };
}

/** The name of the cell that a server is mapped to. */
export async function cellOf({ tables }: Tables, uuid: string): Promise<string | undefined> {
  return cellOfInstance({ tables }, uuid);
}

/** All that a cell records of a server. */
export const partitionOf = ({ tables }: Tables, cell: string, uuid: string): Promise<Item[]> =>
  allPages(tables, cellTable(cell), { partition: instanceKey(uuid).pk });

/** The servers that are mapped to a cell. */
export async function instancesOfCell(target: Tables, cell: CellRow): Promise<Item[]> {
  const uuids = (await mappedTo(target, cell.uuid, 'instance')).flatMap(
    (item) => instanceMappingItem(item).instance_uuid ?? [],
  );
  return instancesOf(target, cellTable(cell.name), uuids);
}

/** The items of servers that are there. */
async function instancesOf({ tables }: Tables, table: string, uuids: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < uuids.length; from += BATCH) {
    const keys = uuids.slice(from, from + BATCH).map((uuid) => ({ table, key: instanceKey(uuid) }));
    items.push(...(await tables.batchGet(keys)).filter((item) => item !== undefined));
  }
  return items;
}

/** The live servers of a host, by the index, without copies of those that another cell shows. */
export async function instancesOn({ tables }: Tables, cell: string, host: string): Promise<Item[]> {
  const found = { index: 'by-host', partition: host, sortPrefix: 'instance#' };
  const items = await allPages(tables, cellTable(cell), found);
  return items.filter((item) => {
    const instance = instanceItem(item);
    return !instance.deleted && !instance.hidden && instance.host === host;
  });
}
