import { nullable, readOnly } from '#objects/versioned/field';
import { enumOf, integer, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { timestamps } from '#objects/versioned/persistent';
import { refuseValues } from '#objects/versioned/refuse-values';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A share of files that a server mounts. */
export const ShareMapping = defineObject({
  name: 'ShareMapping',
  version: '1.2',
  // 1.0 first
  // 1.1 status may be attaching or detaching
  // 1.2 adds access_type, access_to and access_key
  fields: {
    id: readOnly(integer()),
    uuid: uuid(),
    instance_uuid: uuid(),
    share_id: uuid(),
    status: enumOf('ShareMappingStatus', ['attaching', 'detaching', 'active', 'inactive', 'error']),
    tag: string(),
    export_location: string(),
    share_proto: enumOf('ShareMappingProto', ['NFS', 'CEPHFS']),
    access_type: nullable(string()),
    access_to: nullable(string()),
    access_key: nullable(string()),
    ...timestamps,
  },
  lower: (data, below, target) => {
    if (below('1.1')) refuseValues(data, 'status', ['attaching', 'detaching'], target);
  },
  remotable: {
    delete: instanceMethod(),
    get_by_instance_uuid_and_share_id: classMethod(['instance_uuid', 'share_id']),
    save: instanceMethod(),
  },
});

/** A list of ShareMapping. */
export const ShareMappingList = defineList({
  name: 'ShareMappingList',
  version: '1.1',
  // 1.0 first
  // 1.1 adds get_by_host_for_reconcile
  of: ShareMapping,
  remotable: {
    get_by_host_for_reconcile: classMethod(['host']),
    get_by_instance_uuid: classMethod(['instance_uuid']),
    get_by_share_id: classMethod(['share_id']),
  },
});
