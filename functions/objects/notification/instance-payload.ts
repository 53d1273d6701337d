import { POWER_STATES } from '#objects/versioned/enums';
import { dictOf, listOf, object } from '#objects/versioned/containers';
import { nullable, withDefault } from '#objects/versioned/field';
import type { Field } from '#objects/versioned/any-object';
import { boolean, dateTime, enumOf, integer, ipAddress, macAddress, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { FlavorPayload } from './flavor-payload.ts';

const STATES =
  'active building paused suspended stopped rescued resized soft-delete deleted error shelved shelved_offloaded';

const TASK_STATES =
  'scheduling block_device_mapping networking spawning image_snapshot image_snapshot_pending image_pending_upload ' +
  'image_uploading image_backup updating_password resize_prep resize_migrating resize_migrated resize_finish ' +
  'resize_reverting resize_confirming rebooting reboot_pending reboot_started rebooting_hard reboot_pending_hard ' +
  'reboot_started_hard pausing unpausing suspending resuming powering-off powering-on rescuing unrescuing rebuilding ' +
  'rebuild_block_device_mapping rebuild_spawning migrating deleting soft-deleting restoring shelving ' +
  'shelving_image_pending_upload shelving_image_uploading shelving_offloading unshelving';

/** A vm_state. */
export const instanceState = (): Field<string> => enumOf('InstanceState', STATES.split(' '));

/** What notifications say about an address of a server. */
export const IpPayload = defineObject({
  name: 'IpPayload',
  version: '1.0',
  fields: {
    label: string(),
    mac: macAddress(),
    meta: dictOf(string()),
    port_uuid: nullable(uuid()),
    version: integer(),
    address: { ...ipAddress(), type: 'IPV4AndV6Address' },
    device_name: nullable(string()),
  },
});

/** What notifications say about a volume of a server; they carry none, as by Nova's default. */
export const BlockDevicePayload = defineObject({
  name: 'BlockDevicePayload',
  version: '1.0',
  fields: {
    device_name: nullable(string()),
    boot_index: nullable(integer()),
    delete_on_termination: withDefault(boolean(), false),
    volume_id: uuid(),
    tag: nullable(string()),
  },
});

/** What notifications say about a share of a server; they carry none, as Nova's conductor does. */
export const SharePayload = defineObject({
  name: 'SharePayload',
  version: '1.0',
  fields: {
    share_mapping_uuid: uuid(),
    share_id: uuid(),
    status: string(),
    tag: string(),
  },
});

/** What every notification says about its server. */
export const instanceFields = {
  uuid: uuid(),
  user_id: nullable(string()),
  tenant_id: nullable(string()),
  reservation_id: nullable(string()),
  display_name: nullable(string()),
  display_description: nullable(string()),
  host_name: nullable(string()),
  host: nullable(string()),
  node: nullable(string()),
  os_type: nullable(string()),
  architecture: nullable(string()),
  availability_zone: nullable(string()),
  flavor: object(FlavorPayload),
  image_uuid: nullable(string()),
  key_name: nullable(string()),
  kernel_id: nullable(string()),
  ramdisk_id: nullable(string()),
  created_at: nullable(dateTime()),
  launched_at: nullable(dateTime()),
  terminated_at: nullable(dateTime()),
  deleted_at: nullable(dateTime()),
  updated_at: nullable(dateTime()),
  state: nullable(instanceState()),
  power_state: nullable(enumOf('InstancePowerState', POWER_STATES)),
  task_state: nullable(enumOf('InstanceTaskState', TASK_STATES.split(' '))),
  progress: nullable(integer()),
  ip_addresses: listOf(object(IpPayload)),
  block_devices: nullable(listOf(object(BlockDevicePayload))),
  metadata: dictOf(string()),
  locked: boolean(),
  auto_disk_config: enumOf('DiskConfig', ['MANUAL', 'AUTO']),
  action_initiator_user: nullable(string()),
  action_initiator_project: nullable(string()),
  request_id: nullable(string()),
  locked_reason: nullable(string()),
  shares: nullable(listOf(object(SharePayload))),
};
