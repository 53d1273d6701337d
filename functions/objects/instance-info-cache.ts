import { nullable } from '#objects/field';
import { uuid } from '#objects/fields';
import { networkModel } from '#objects/network-model';
import { defineObject } from '#objects/object-type';
import { persistent } from '#objects/persistent';
import { classMethod, instanceMethod } from '#objects/remotable';

/** The networks of a server as last seen, as JSON text. */
export const InstanceInfoCache = defineObject({
  name: 'InstanceInfoCache',
  version: '1.5',
  fields: {
    instance_uuid: uuid(),
    network_info: nullable(networkModel()),
    ...persistent,
  },
  history: {
    '1.0': 'first',
    '1.1': 'Converted network_info to store the model',
    '1.2': 'adds new and update_cells kwarg to save',
    '1.3': 'adds delete',
    '1.4': 'texts may be any Unicode',
    '1.5': 'Actually set the deleted, created_at, updated_at, and deleted_at attributes',
  },
  remotable: {
    delete: instanceMethod(),
    get_by_instance_uuid: classMethod(['instance_uuid']),
    refresh: instanceMethod(),
    save: instanceMethod([], { update_cells: true }),
  },
});
