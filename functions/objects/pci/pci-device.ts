import { type Data, isMap } from '#objects/versioned/primitive';
import { refuseValues } from '#objects/versioned/refuse-values';
import { dictOf } from '#objects/versioned/containers';
import { PCI_DEVICE_STATUS } from '#objects/versioned/enums';
import { nullable, withNew } from '#objects/versioned/field';
import { enumOf, integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A PCI device of a node. */
export const PciDevice = defineObject({
  name: 'PciDevice',
  version: '1.7',
  // 1.0 first
  // 1.1 texts may be any Unicode
  // 1.2 adds request_id
  // 1.3 adds numa_node
  // 1.4 adds parent_addr
  // 1.5 status may be unclaimable or unavailable
  // 1.6 adds uuid
  // 1.7 dev_type may be vdpa
  fields: {
    id: integer(),
    uuid: uuid(),
    compute_node_id: nullable(integer()),
    address: string(),
    vendor_id: string(),
    product_id: string(),
    dev_type: enumOf('PciDeviceType', ['type-PCI', 'type-PF', 'type-VF', 'vdpa']),
    status: enumOf('PciDeviceStatus', PCI_DEVICE_STATUS),
    dev_id: nullable(string()),
    label: nullable(string()),
    instance_uuid: nullable(string()),
    request_id: nullable(string()),
    extra_info: withNew(dictOf(string()), () => ({})),
    numa_node: nullable(integer()),
    parent_addr: nullable(string()),
    ...persistent,
  },
  readUnset: (name, device) => (name === 'extra_info' ? device.type.field(name)?.fallback?.() : undefined),
  lowersNested: false,
  lower: (data, below, target) => {
    if (below('1.2')) delete data['request_id'];
    if (below('1.4')) keepParentAddress(data);
    // Nova looks at the status only of a device whose parent address is still there.
    if (below('1.5') && Object.hasOwn(data, 'parent_addr')) {
      refuseValues(data, 'status', ['unclaimable', 'unavailable'], target);
    }
    if (below('1.6')) delete data['uuid'];
    if (below('1.7')) refuseValues(data, 'dev_type', ['vdpa'], target);
  },
  remotable: {
    get_by_dev_addr: classMethod(['compute_node_id', 'dev_addr']),
    get_by_dev_id: classMethod(['id']),
    save: instanceMethod(),
  },
});

/** Before parent_addr the address of the physical function was kept in extra_info. */
function keepParentAddress(data: Data): void {
  const address = data['parent_addr'];
  const extra = data['extra_info'];
  if (typeof address === 'string' && isMap(extra)) {
    data['extra_info'] = { ...extra, phys_function: address };
  }
  delete data['parent_addr'];
}

/** A list of PciDevice. */
export const PciDeviceList = defineList({
  name: 'PciDeviceList',
  version: '1.3',
  // 1.0 first, PciDevice 1.1
  // 1.1 PciDevice 1.2
  // 1.2 PciDevice 1.3
  // 1.3 adds get_by_parent_address
  of: PciDevice,
  remotable: {
    get_by_compute_node: classMethod(['node_id']),
    get_by_instance_uuid: classMethod(['uuid']),
    get_by_parent_address: classMethod(['node_id', 'parent_addr']),
  },
});
