import { object } from '#objects/versioned/containers';
import { BLOCK_DEVICE_TYPE } from '#objects/versioned/enums';
import { nullable, withDefault } from '#objects/versioned/field';
import { boolean, enumOf, integer, string, uuid } from '#objects/versioned/fields';
import { Instance } from './instance.ts';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { persistent } from '#objects/versioned/persistent';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** A block device of a server: where it comes from, where it goes, how it is attached. */
export const BlockDeviceMapping = defineObject({
  name: 'BlockDeviceMapping',
  version: '1.21',
  // 1.0 first
  // 1.1 get_by_volume_id takes instance_uuid
  // 1.2 Instance 1.14
  // 1.3 Instance 1.15
  // 1.4 Instance 1.16
  // 1.5 Instance 1.17
  // 1.6 Instance 1.18
  // 1.7 adds update_or_create
  // 1.8 Instance 1.19
  // 1.9 Instance 1.20
  // 1.10 source_type is an enum
  // 1.11 destination_type is an enum
  // 1.12 device_type is an enum
  // 1.13 Instance 1.21
  // 1.14 Instance 1.22
  // 1.15 Instance 1.23
  // 1.16 adds get_by_volume, get_by_volume_and_instance; get_by_volume_id is on its way out
  // 1.17 adds tag
  // 1.18 adds attachment_id
  // 1.19 adds uuid
  // 1.20 adds volume_type
  // 1.21 adds encrypted, encryption_secret_uuid, encryption_format and encryption_options
  fields: {
    id: integer(),
    uuid: uuid(),
    instance_uuid: uuid(),
    instance: nullable(object(Instance)),
    source_type: nullable(enumOf('BlockDeviceSourceType', ['blank', 'image', 'snapshot', 'volume'])),
    destination_type: nullable(enumOf('BlockDeviceDestinationType', ['local', 'volume'])),
    guest_format: nullable(string()),
    device_type: nullable(enumOf('BlockDeviceType', BLOCK_DEVICE_TYPE)),
    disk_bus: nullable(string()),
    boot_index: nullable(integer()),
    device_name: nullable(string()),
    delete_on_termination: withDefault(boolean(), false),
    snapshot_id: nullable(string()),
    volume_id: nullable(string()),
    volume_size: nullable(integer()),
    image_id: nullable(string()),
    no_device: withDefault(boolean(), false),
    connection_info: nullable(string('SensitiveString')),
    tag: nullable(string()),
    attachment_id: nullable(uuid()),
    volume_type: nullable(string()),
    encrypted: withDefault(boolean(), false),
    encryption_secret_uuid: nullable(uuid()),
    encryption_format: nullable(enumOf('BlockDeviceEncryptionFormatType', ['plain', 'luks', 'luksv2'])),
    encryption_options: nullable(string()),
    ...persistent,
  },
  lazy: ['instance'],
  lowersNested: false,
  drops: {
    '1.17': ['tag'],
    '1.18': ['attachment_id'],
    '1.19': ['uuid'],
    '1.20': ['volume_type'],
    '1.21': ['encrypted', 'encryption_secret_uuid', 'encryption_format', 'encryption_options'],
  },
  remotable: {
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_volume: classMethod(['volume_id'], { expected_attrs: null }),
    get_by_volume_and_instance: classMethod(['volume_id', 'instance_uuid'], { expected_attrs: null }),
    get_by_volume_id: classMethod(['volume_id'], { instance_uuid: null, expected_attrs: null }),
    save: instanceMethod(),
    update_or_create: instanceMethod(),
  },
});

/** A list of BlockDeviceMapping. */
export const BlockDeviceMappingList = defineList({
  name: 'BlockDeviceMappingList',
  version: '1.18',
  // 1.0 first
  // 1.1 BlockDeviceMapping 1.1
  // 1.2 get_by_instance_uuid takes use_slave
  // 1.3 BlockDeviceMapping 1.2
  // 1.4 BlockDeviceMapping 1.3
  // 1.5 BlockDeviceMapping 1.4
  // 1.6 BlockDeviceMapping 1.5
  // 1.7 BlockDeviceMapping 1.6
  // 1.8 BlockDeviceMapping 1.7
  // 1.9 BlockDeviceMapping 1.8
  // 1.10 BlockDeviceMapping 1.9
  // 1.11 BlockDeviceMapping 1.10
  // 1.12 BlockDeviceMapping 1.11
  // 1.13 BlockDeviceMapping 1.12
  // 1.14 BlockDeviceMapping 1.13
  // 1.15 BlockDeviceMapping 1.14
  // 1.16 BlockDeviceMapping 1.15
  // 1.17 adds get_by_instance_uuids
  // 1.18 adds get_by_volume
  of: BlockDeviceMapping,
  remotable: {
    get_by_instance_uuid: classMethod(['instance_uuid'], { use_slave: false }),
    get_by_instance_uuids: classMethod(['instance_uuids'], { use_slave: false }),
    get_by_volume: classMethod(['volume_id'], { use_slave: false }),
  },
});
