import { nullable } from '#objects/versioned/field';
import { integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A network interface of a server. */
export const VirtualInterface = defineObject({
  name: 'VirtualInterface',
  version: '1.3',
  // 1.0 first
  // 1.1 adds tag
  // 1.2 adds save
  // 1.3 adds destroy
  fields: {
    id: integer(),
    address: nullable(string()),
    network_id: integer(),
    instance_uuid: uuid(),
    uuid: uuid(),
    tag: nullable(string()),
    ...persistent,
  },
  lowersNested: false,
  drops: {
    '1.1': ['tag'],
  },
  remotable: {
    create: instanceMethod(),
    delete_by_instance_uuid: classMethod(['instance_uuid']),
    destroy: instanceMethod(),
    get_by_address: classMethod(['address']),
    get_by_id: classMethod(['vif_id']),
    get_by_instance_and_network: classMethod(['instance_uuid', 'network_id']),
    get_by_uuid: classMethod(['vif_uuid']),
    save: instanceMethod(),
  },
});

/** A list of VirtualInterface. */
export const VirtualInterfaceList = defineList({
  name: 'VirtualInterfaceList',
  version: '1.0',
  // 1.0 first
  of: VirtualInterface,
  remotable: {
    get_all: classMethod(),
    get_by_instance_uuid: classMethod(['instance_uuid'], { use_slave: false }),
  },
});
