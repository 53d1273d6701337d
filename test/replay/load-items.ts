import type { Item, TableName } from '#ports/tables';
import { API, BUILD_REQUESTS, cellTable, MAPPINGS } from '#records/keys';
import { text } from './row-values.ts';
import { actionItem } from './rows/actions.ts';
import {
  aggregateItem,
  buildRequestItem,
  cellMappingItem,
  groupItems,
  hostMappingItem,
  instanceMappingItem,
  requestSpecItem,
} from './rows/api-rows.ts';
import { computeNodeItem } from './rows/compute-nodes.ts';
import { instanceItem } from './rows/instances.ts';
import {
  blockDeviceItem,
  faultItem,
  migrationItems,
  pciDeviceItem,
  shareMappingItem,
  tagsItem,
  virtualInterfaceItem,
} from './rows/server-parts.ts';
import { serviceItem } from './rows/services.ts';
import type { Row, SqlState } from './sql-state.ts';

/** Our tables as the recorded databases would fill them. A live row wins over a deleted one of the same key. */
export function itemsOf(state: SqlState): ReadonlyMap<TableName, readonly Item[]> {
  const tables = new Map<TableName, Item[]>();
  for (const database of state.databases) {
    if (database === 'api') for (const [table, items] of apiItems(state)) tables.set(table, items);
    else tables.set(cellTable(database), cellItems(state, database));
  }
  return tables;
}

function apiItems(state: SqlState): [TableName, Item[]][] {
  const rows = (table: string): readonly Row[] => state.rows('api', table);
  return [
    [
      MAPPINGS,
      [
        ...rows('cell_mappings').map(cellMappingItem),
        ...rows('host_mappings').map((row) => hostMappingItem(state, row)),
        ...rows('instance_mappings').map((row) => instanceMappingItem(state, row)),
      ],
    ],
    [BUILD_REQUESTS, [...rows('build_requests').map(buildRequestItem), ...rows('request_specs').map(requestSpecItem)]],
    [
      API,
      [
        ...rows('aggregates').map((row) => aggregateItem(state, row)),
        ...rows('instance_groups').flatMap((row) => groupItems(state, row)),
      ],
    ],
  ];
}

function cellItems(state: SqlState, database: string): Item[] {
  const rows = (table: string): readonly Row[] =>
    state.rows(database, table).toSorted((a, b) => Number(a['deleted'] === 0) - Number(b['deleted'] === 0));
  const tagged = Map.groupBy(rows('tags'), (row) => text(row['resource_id']));
  const events = Map.groupBy(rows('instance_actions_events'), (row) => row['action_id']);
  return [
    ...rows('instances').map((row) => instanceItem(state, database, row)),
    ...rows('services').map(serviceItem),
    ...rows('compute_nodes').map(computeNodeItem),
    ...rows('block_device_mapping').map(blockDeviceItem),
    ...[...tagged].map(([uuid, own]) => tagsItem(uuid, own)),
    ...merged(rows('instance_actions').map((row) => actionItem(row, events.get(row['id'] ?? null) ?? []))),
    ...rows('instance_faults').map(faultItem),
    ...rows('migrations').flatMap(migrationItems),
    ...rows('pci_devices').map(pciDeviceItem),
    ...rows('share_mapping').map(shareMappingItem),
    ...rows('virtual_interfaces').map(virtualInterfaceItem),
  ];
}

/** Two actions of one request are one item with the events of both. */
function merged(actions: readonly Item[]): Item[] {
  const byKey = Map.groupBy(actions, ({ pk, sk }) => `${pk} ${sk}`);
  return [...byKey.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [others.reduce((item, other) => ({ ...item, ...other }), first)],
  );
}
