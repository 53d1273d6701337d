import { nullable } from '#objects/versioned/field';
import { uuid } from '#objects/versioned/fields';
import { networkModel } from '#objects/network/network-model';
import { defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** The networks of a server as last seen, as JSON text. */
export const InstanceInfoCache = defineObject({
  name: 'InstanceInfoCache',
  version: '1.5',
  // 1.0 first
  // 1.1 network_info holds the model
  // 1.2 adds new; save takes update_cells
  // 1.3 adds delete
  // 1.4 texts may be any Unicode
  // 1.5 the four times and marks of a record are filled
  fields: {
    instance_uuid: uuid(),
    network_info: nullable(networkModel()),
    ...persistent,
  },
  remotable: {
    delete: instanceMethod(),
    get_by_instance_uuid: classMethod(['instance_uuid']),
    refresh: instanceMethod(),
    save: instanceMethod([], { update_cells: true }),
  },
});
