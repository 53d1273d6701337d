import { BlockDeviceMapping } from '#objects/instance/block-device-mapping';
import { Migration } from '#objects/migration/migration';
import { PciDevice } from '#objects/pci/pci-device';
import type { Attributes, Item } from '#ports/tables';
import { blockDeviceKey, faultKey, instanceKey, migrationKey, tagsKey } from '#records/keys';
import { migrationIndexKeys, migrationPointerKey } from '#records/migration-index';
import { columns, document, persistent, text, time, truth } from '../row-values.ts';
import type { Row } from '../sql-state.ts';
import { plainText } from '#wire/reading';

const live = (row: Row, index: Attributes): Attributes => (row['deleted'] === 0 ? index : {});

/** A row of `block_device_mapping`. */
export function blockDeviceItem(row: Row): Item {
  const [instance, uuid, volume] = [text(row['instance_uuid']), text(row['uuid']), text(row['volume_id'])];
  const fields = BlockDeviceMapping.fieldNames.filter((name) => name !== 'instance');
  return {
    ...blockDeviceKey(instance, uuid),
    ...columns(row, fields),
    delete_on_termination: row['delete_on_termination'] === 1,
    no_device: row['no_device'] === 1,
    encrypted: row['encrypted'] === 1,
    ...persistent(row),
    ...(volume === '' ? {} : live(row, { lookup: `volume#${volume}`, lookup_sort: `${instance}#${uuid}` })),
  };
}

/** All rows of `tags` of one server. */
export const tagsItem = (instance: string, rows: readonly Row[]): Item => ({
  ...tagsKey(instance),
  tags: rows.map((row) => text(row['tag'])),
});

/** A row of `instance_faults`: its key is that of the message that made it, which the row does not hold. */
export function faultItem(row: Row): Item {
  return {
    ...faultKey(text(row['instance_uuid']), plainText(row['id'])),
    ...columns(row, ['id', 'instance_uuid', 'code', 'message', 'details', 'host']),
    ...persistent(row),
  };
}

/** A row of `migrations`, and what finds it by id and by uuid. */
export function migrationItems(row: Row): Item[] {
  const [instance, uuid] = [text(row['instance_uuid']), text(row['uuid'])];
  const attributes: Attributes = {
    ...columns(row, Migration.fieldNames),
    hidden: truth(row['hidden']),
    cross_cell_move: truth(row['cross_cell_move']),
    ...persistent(row),
  };
  return [
    { ...migrationKey(instance, uuid), ...attributes, ...migrationIndexKeys(attributes).set },
    { ...migrationPointerKey(Number(row['id'])), uuid, instance_uuid: instance },
    { ...migrationPointerKey(uuid), uuid, instance_uuid: instance },
  ];
}

/** A row of `pci_devices`. */
export function pciDeviceItem(row: Row): Item {
  const pk = `pci#${plainText(row['compute_node_id'])}`;
  const sk = `pci-device#${text(row['address'])}`;
  const holder = text(row['instance_uuid']);
  return {
    pk,
    sk,
    ...columns(row, PciDevice.fieldNames),
    extra_info: document(row['extra_info']),
    ...persistent(row),
    ...(holder === '' ? {} : live(row, { lookup: `pci-of#${holder}`, lookup_sort: `${pk}#${sk}` })),
  };
}

/** A row of `share_mapping`, which is removed when it is deleted. */
export function shareMappingItem(row: Row): Item {
  const [instance, share] = [text(row['instance_uuid']), text(row['share_id'])];
  return {
    pk: instanceKey(instance).pk,
    sk: `share#${share}`,
    ...columns(row, ['id', 'uuid', 'instance_uuid', 'share_id', 'status', 'tag', 'export_location', 'share_proto']),
    created_at: time(row['created_at']),
    updated_at: time(row['updated_at']),
    lookup: `share#${share}`,
    lookup_sort: instance,
  };
}

/** A row of `virtual_interfaces`. */
export function virtualInterfaceItem(row: Row): Item {
  const [instance, uuid] = [text(row['instance_uuid']), text(row['uuid'])];
  return {
    pk: instanceKey(instance).pk,
    sk: `virtual-interface#${uuid}`,
    ...columns(row, ['id', 'address', 'uuid', 'instance_uuid', 'tag']),
    ...persistent(row),
    ...live(row, { lookup: `virtual-interface#${uuid}`, lookup_sort: instance }),
  };
}
