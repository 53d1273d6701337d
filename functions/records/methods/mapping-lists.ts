import { byId } from '#records/by-id';
import type { AnyObject, AnyType } from '#objects/versioned/any-object';
import { CellMappingList } from '#objects/mapping/cell-mapping';
import { HostMapping, HostMappingList } from '#objects/mapping/host-mapping';
import { InstanceMappingList } from '#objects/mapping/instance-mapping';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { instanceMappingKey, MAPPINGS, projectPartition } from '#records/keys';
import { lookedUp } from '#records/lookup';
import { ALL_CELLS, cellMappingOf, HOST_FIELDS, instanceMappingOf } from './mappings.ts';
import { flag, integer, optionalText, text, texts } from '#records/arguments';
import { API_ONLY, CELL_FACTS } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod } from '#records/remotable-method';
import { loadObject } from '#records/stored-object';
import { cellMappingItem, hostMappingItem, instanceMappingItem } from '#records/items/mapping';

async function cells(records: Records): Promise<Item[]> {
  const query = { index: 'by-cell', partition: ALL_CELLS };
  return byId(await allPages(records.tables, MAPPINGS, query));
}

async function uuidOfCell(records: Records, id: number): Promise<string | undefined> {
  return (await cells(records)).map(cellMappingItem).find((cell) => cell.id === id)?.uuid ?? undefined;
}

/** Mappings with their cells, each cell read once. */
async function withCells(
  records: Records,
  items: readonly Item[],
  load: (item: Item) => AnyObject,
): Promise<AnyObject[]> {
  const known = new Map(
    (await cells(records)).map((item) => [cellMappingItem(item).uuid, cellMappingOf(records, item)]),
  );
  return byId(items).map((item) => {
    const object = load(item);
    object.assign('cell_mapping', known.get(hostMappingItem(item).cell_uuid) ?? null);
    object.resetChanges();
    return object;
  });
}

const hostOf = (item: Item): AnyObject => loadObject(HostMapping, item, HOST_FIELDS);

/** Lists made of objects whose type is known at run time only. */
const instanceType: AnyType = InstanceMappingList;
const hostType: AnyType = HostMappingList;

async function instances(records: Records, items: readonly Item[]): Promise<AnyObject> {
  return instanceType.load({ objects: await withCells(records, items, instanceMappingOf) });
}

async function hosts(records: Records, items: readonly Item[]): Promise<AnyObject> {
  return hostType.load({ objects: await withCells(records, items, hostOf) });
}

export const cellMappingList: RecordMethods = {
  class: {
    get_all: classMethod({ schema: {}, authority: CELL_FACTS }, async (records) =>
      CellMappingList.load({ objects: (await cells(records)).map((item) => cellMappingOf(records, item)) }),
    ),
    get_by_disabled: classMethod(
      { schema: { disabled: flag }, authority: CELL_FACTS },
      async (records, { disabled }) => {
        const items = (await cells(records)).filter((item) => cellMappingItem(item).disabled === disabled);
        return CellMappingList.load({ objects: items.map((item) => cellMappingOf(records, item)) });
      },
    ),
  },
};

export const hostMappingList: RecordMethods = {
  class: {
    get_all: classMethod({ schema: {}, authority: API_ONLY }, async (records) => {
      const found = await Promise.all(
        (await cells(records)).map((cell) =>
          allPages(records.tables, MAPPINGS, {
            index: 'by-cell',
            partition: cellMappingItem(cell).uuid ?? '',
            sortPrefix: 'host#',
          }),
        ),
      );
      return hosts(records, found.flat());
    }),
    get_by_cell_id: classMethod({ schema: { cell_id: integer }, authority: API_ONLY }, async (records, { cell_id }) => {
      const uuid = await uuidOfCell(records, cell_id);
      if (uuid === undefined) return hosts(records, []);
      const query = { index: 'by-cell', partition: uuid, sortPrefix: 'host#' };
      return hosts(records, await allPages(records.tables, MAPPINGS, query));
    }),
  },
};

const mappingsOfProject = ({ tables }: Records, project: string): Promise<Item[]> =>
  lookedUp(tables, MAPPINGS, [projectPartition(project)], { index: 'by-project', sortPrefix: 'instance#' });

export const instanceMappingList: RecordMethods = {
  class: {
    get_by_cell_id: classMethod({ schema: { cell_id: integer }, authority: API_ONLY }, async (records, { cell_id }) => {
      const uuid = await uuidOfCell(records, cell_id);
      if (uuid === undefined) return instances(records, []);
      const query = { index: 'by-cell', partition: uuid, sortPrefix: 'instance#' };
      return instances(records, await allPages(records.tables, MAPPINGS, query));
    }),
    get_by_project_id: classMethod(
      { schema: { project_id: text }, authority: API_ONLY },
      async (records, { project_id }) => {
        return instances(records, await mappingsOfProject(records, project_id));
      },
    ),
    get_by_instance_uuids: classMethod(
      { schema: { uuids: texts }, authority: API_ONLY },
      async (records, { uuids }) => {
        const keys = uuids.map((uuid) => ({ table: MAPPINGS, key: instanceMappingKey(uuid) }));
        const items = keys.length === 0 ? [] : await records.tables.batchGet(keys);
        return instances(
          records,
          items.filter((item) => item !== undefined),
        );
      },
    ),
    get_counts: classMethod(
      { schema: { project_id: text, user_id: optionalText }, authority: API_ONLY },
      async (records, { project_id, user_id }) => {
        const items = (await mappingsOfProject(records, project_id))
          .map(instanceMappingItem)
          .filter((item) => !item.queued_for_delete);
        return {
          project: { instances: items.length },
          ...(user_id === null ? {} : { user: { instances: items.filter((item) => item.user_id === user_id).length } }),
        };
      },
    ),
  },
};
