import type { Json } from '#ports/json';
import type { Attributes, Item } from '#ports/tables';
import { instanceIndexKeys } from '#records/instance-index';
import { EXTRA_FIELDS, INSTANCE_COLUMNS } from '#records/instance-item';
import { instanceKey } from '#records/keys';
import { HIDDEN } from '#records/operation';
import { columns, document, NOW, persistent, text, time, truth } from '../row-values.ts';
import type { Row, SqlState } from '../sql-state.ts';

const TRUTHS = ['locked', 'auto_disk_config', 'shutdown_terminate', 'disable_terminate', 'cleaned', 'hidden'];
const TIMES = ['launched_at', 'terminated_at'];

/** A row of `instances` with its rows of instance_extra, instance_info_caches and the two metadata tables. */
export function instanceItem(state: SqlState, database: string, row: Row): Item {
  const uuid = text(row['uuid']);
  const own = (table: string): readonly Row[] =>
    state.rows(database, table).filter((each) => each['instance_uuid'] === uuid);
  const attributes: Attributes = {
    ...columns(row, INSTANCE_COLUMNS),
    ...Object.fromEntries(TRUTHS.map((name) => [name, truth(row[name])])),
    ...Object.fromEntries(TIMES.map((name) => [name, time(row[name])])),
    ...persistent(row),
    metadata: pairs(own('instance_metadata'), row),
    system_metadata: pairs(own('instance_system_metadata'), row),
    ...infoCache(own('instance_info_caches')),
    ...extra(own('instance_extra'), uuid),
    ec2_ids: ec2Ids(state, database, row),
    security_groups: null,
  };
  const hidden = attributes['hidden'] === true ? { [HIDDEN]: true } : {};
  return { ...instanceKey(uuid), ...attributes, ...hidden, ...index(uuid, attributes) };
}

function index(uuid: string, attributes: Attributes): Attributes {
  const state = (name: string): string | null => {
    const value = attributes[name];
    return typeof value === 'string' ? value : null;
  };
  const deleted = attributes['deleted'] === true;
  return instanceIndexKeys({
    uuid,
    host: state('host'),
    vm_state: state('vm_state'),
    task_state: state('task_state'),
    deleted,
    cleaned: attributes['cleaned'] === true,
    created_at: text(attributes['created_at']),
  }).set;
}

/** Live pairs; of a deleted instance those that were deleted with it. */
function pairs(rows: readonly Row[], instance: Row): Json {
  const deletedAt = text(instance['deleted_at']);
  const counts = (row: Row): boolean =>
    row['deleted'] === 0 ||
    (instance['deleted'] !== 0 && (row['deleted_at'] === NOW || text(row['deleted_at']) >= deletedAt));
  return Object.fromEntries(rows.filter(counts).map((row) => [text(row['key']), row['value'] ?? null]));
}

function infoCache(rows: readonly Row[]): Attributes {
  const [row] = rows;
  if (row === undefined) return {};
  return {
    network_info: row['network_info'] ?? null,
    info_cache_created_at: time(row['created_at']),
    info_cache_updated_at: time(row['updated_at']),
  };
}

function extra(rows: readonly Row[], uuid: string): Attributes {
  const [row] = rows;
  const flavors = document(row?.['flavor']);
  const flavor = (name: string): Json =>
    typeof flavors === 'object' && flavors !== null && !Array.isArray(flavors) ? (flavors[name] ?? null) : null;
  return {
    ...Object.fromEntries(EXTRA_FIELDS.map((name) => [name, document(row?.[name])])),
    pci_requests: pciRequests(document(row?.['pci_requests']), uuid),
    keypairs: document(row?.['keypairs']),
    flavor: flavor('cur'),
    old_flavor: flavor('old'),
    new_flavor: flavor('new'),
  };
}

/** Nova keeps the requests as a bare list of their fields. */
function pciRequests(stored: Json, uuid: string): Json {
  if (!Array.isArray(stored)) return stored;
  const requests = stored.map((fields) => ({
    'nova_object.name': 'InstancePCIRequest',
    'nova_object.namespace': 'nova',
    'nova_object.version': '1.4',
    'nova_object.data': fields,
  }));
  return {
    'nova_object.name': 'InstancePCIRequests',
    'nova_object.namespace': 'nova',
    'nova_object.version': '1.1',
    'nova_object.data': { instance_uuid: uuid, requests },
  };
}

const ec2 = (prefix: string, id: Json): Json =>
  typeof id === 'number' ? `${prefix}-${id.toString(16).padStart(8, '0')}` : null;

function ec2Ids(state: SqlState, database: string, row: Row): Json {
  const number = (table: string, uuid: Json | undefined): Json =>
    state.rows(database, table).find((each) => each['uuid'] === uuid)?.['id'] ?? null;
  return {
    'nova_object.name': 'EC2Ids',
    'nova_object.namespace': 'nova',
    'nova_object.version': '1.0',
    'nova_object.data': {
      instance_id: ec2('i', number('instance_id_mappings', row['uuid'])),
      ami_id: ec2('ami', number('s3_images', row['image_ref'])),
      kernel_id: ec2('aki', number('s3_images', row['kernel_id'])),
      ramdisk_id: ec2('ari', number('s3_images', row['ramdisk_id'])),
    },
  };
}
