import { InstanceExists, InstanceNotFound } from '#errors';
import type { Services } from '#ports/services';
import type { Attributes, Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { inParallel } from '#records/in-parallel';
import { instanceItem } from '#records/items/instance';
import { actionItem, ownEvent, renumberedEvents } from '#records/items/instance-action';
import { migrationItem } from '#records/items/migration';
import { idOf, isDeleted } from '#records/items/read';
import { cellTable, instanceKey } from '#records/keys';
import { migrationPointerKey } from '#records/migration-index';
import { HIDDEN } from '#records/operation';
import { renumberedEc2Ids } from '#records/new-instance';

/**
 * The kinds of records that go with a server into another cell, by their sort key, and the
 * counter that numbers each there.
 */
const COPIED: readonly (readonly [prefix: string, counter: string])[] = [
  ['block-device#', 'block_device_mapping'],
  ['virtual-interface#', 'virtual_interfaces'],
  ['action#', 'instance_actions'],
  ['migration#', 'migrations'],
];

/** Records that are written at a time. */
const AT_ONCE = 8;

type CopyServices = Pick<Services, 'clock' | 'counter' | 'tables'>;

/** A server that is to be in another cell as well. */
export interface InstanceCopy {
  readonly uuid: string;
  /** Names of the cells. */
  readonly from: string;
  readonly to: string;
  /** What the copy has otherwise, bookkeeping among it. */
  readonly attributes: Attributes;
  /** Whether a record that lies there already is this one, from an earlier run. */
  readonly isOurs: (item: Item) => boolean;
}

/**
 * Copies a server into another cell, hidden: its devices, interfaces, tags, actions with their events and migrations go
 * along, with the times that they have and ids of that cell (nova.conductor.tasks.cross_cell_migrate
 * `TargetDBSetupTask`). Faults, console tokens and PCI devices stay. The server itself comes last, so that a copy which
 * is there is whole; a repeat ends what was begun.
 *
 * @throws InstanceNotFound
 * @throws InstanceExists when another record of the server lies there
 */
export async function copyInstance(services: CopyServices, copy: InstanceCopy): Promise<void> {
  const { uuid, from, to } = copy;
  const [source, there] = await Promise.all([partOf(services, from, uuid), partOf(services, to, uuid)]);
  const before = there.find(({ sk }) => sk === 'instance');
  if (before !== undefined && copy.isOurs(before)) return;
  if (before !== undefined) throw new InstanceExists({ name: uuid });
  const instance = source.find(({ sk }) => sk === 'instance');
  if (instance === undefined || isDeleted(instance)) throw new InstanceNotFound({ instance_id: uuid });
  const known = new Map(there.map((item) => [item.sk, item]));
  await inParallel(copiedOf(source), AT_ONCE, ({ item, counter }) =>
    copyRecord(services, to, item, counter, known.get(item.sk)),
  );
  const id = await services.counter.nextId(services.tables, cellTable(to), 'instances');
  await services.tables.put(cellTable(to), {
    ...withoutBookkeeping(instance),
    id,
    ec2_ids: renumberedEc2Ids(id, instanceItem(instance).ec2_ids),
    hidden: true,
    [HIDDEN]: true,
    ...copy.attributes,
  });
}

/** All records of a server in a cell. */
const partOf = ({ tables }: Pick<Services, 'tables'>, cell: string, uuid: string): Promise<Item[]> =>
  allPages(tables, cellTable(cell), { partition: instanceKey(uuid).pk, consistent: true });

/** The live records that go along, in the order in which they were made; tags are one record and have no number. */
function copiedOf(items: readonly Item[]): { readonly item: Item; readonly counter: string | undefined }[] {
  const numbered = COPIED.flatMap(([prefix, counter]) =>
    items
      .filter((item) => item.sk.startsWith(prefix) && !isDeleted(item))
      .toSorted((a, b) => idOf(a) - idOf(b))
      .map((item) => ({ item, counter })),
  );
  return [...numbered, ...items.filter(({ sk }) => sk === 'tags').map((item) => ({ item, counter: undefined }))];
}

/** Copies a device that the other cell does not have; a repeat finds it there. */
export async function copyDevice(
  services: Pick<Services, 'counter' | 'tables'>,
  item: Item,
  cell: string,
): Promise<void> {
  const before = await services.tables.get(cellTable(cell), { pk: item.pk, sk: item.sk });
  await copyRecord(services, cell, item, 'block_device_mapping', before);
}

/** Copies one record; one that was there `before` keeps its number. */
export async function copyRecord(
  { counter: counters, tables }: Pick<Services, 'counter' | 'tables'>,
  cell: string,
  item: Item,
  counter: string | undefined,
  before: Item | undefined,
): Promise<void> {
  const table = cellTable(cell);
  if (counter === undefined) {
    await tables.put(table, item);
    return;
  }
  const id = before === undefined ? await counters.nextId(tables, table, counter) : idOf(before);
  const eventId = async (name: string): Promise<number> => {
    const event = before === undefined ? undefined : ownEvent(before, name);
    return event === undefined ? counters.nextId(tables, table, 'instance_actions_events') : idOf(event);
  };
  const ofAction = item.sk.startsWith('action#')
    ? {
        ...(await renumberedEvents(item, eventId)),
        lookup: `action-id#${id}`,
        lookup_sort: actionItem(item).instance_uuid,
      }
    : {};
  await tables.put(table, { ...withoutBookkeeping(item), id, ...ofAction });
  if (!item.sk.startsWith('migration#')) return;
  const { uuid, instance_uuid } = migrationItem(item);
  for (const name of [id, uuid]) await tables.put(table, { ...migrationPointerKey(name), uuid, instance_uuid });
}

/** A record without what operations remember of it. */
const withoutBookkeeping = (item: Item): Item => ({
  ...Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith('op:'))),
  pk: item.pk,
  sk: item.sk,
});
