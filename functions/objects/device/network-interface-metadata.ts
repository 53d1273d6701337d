import { listOf, object } from '#objects/versioned/containers';
import { DeviceBus } from './device-bus.ts';
import { withDefault } from '#objects/versioned/field';
import { boolean, integer, macAddress, string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What a guest learns about a network interface. */
export const NetworkInterfaceMetadata = defineObject({
  name: 'NetworkInterfaceMetadata',
  version: '1.2',
  // 1.0 first
  // 1.1 adds vlans
  // 1.2 adds vf_trusted
  fields: {
    mac: macAddress(),
    vlan: integer(),
    vf_trusted: withDefault(boolean(), false),
    bus: object(DeviceBus, { subclasses: true }),
    tags: listOf(string()),
  },
  bases: ['DeviceMetadata'],
  lowersNested: false,
  drops: {
    '1.1': ['vlan'],
    '1.2': ['vf_trusted'],
  },
});
