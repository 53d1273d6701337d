import { ObjectActionError } from '#errors';
import { dictOf, listOf, object, setOf } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { boolean, integer, ipAddress, string, uuid } from '#objects/versioned/fields';
import { LibvirtLiveMigrateBDMInfo } from './libvirt-live-migrate-bdm-info.ts';
import { LibvirtLiveMigrateNUMAInfo } from './libvirt-live-migrate-numa-info.ts';
import { Migration } from './migration.ts';
import { defineObject } from '#objects/versioned/object-type';
import { VIFMigrateData } from './vif-migrate-data.ts';

/** What the two hosts of a live migration exchange, libvirt's part. */
export const LibvirtLiveMigrateData = defineObject({
  name: 'LibvirtLiveMigrateData',
  version: '1.14',
  // 1.0 first
  // 1.1 adds target_connect_addr
  // 1.2 adds serial_listen_ports
  // 1.3 adds supported_perf_events
  // 1.4 adds old_vol_attachment_ids
  // 1.5 adds src_supports_native_luks
  // 1.6 adds wait_for_vif_plugged
  // 1.7 adds dst_wants_file_backed_memory
  // 1.8 adds file_backed_memory_discard
  // 1.9 adds vifs
  // 1.10 adds dst_numa_info, src_supports_numa_live_migration, and dst_supports_numa_live_migration
  // 1.11 adds dst_supports_mdev_live_migration, source_mdev_types, and target_mdevs
  // 1.12 adds dst_cpu_shared_set_info
  // 1.13 adds pci_dev_map_src_dst
  // 1.14 adds vtpm_secret_uuid and vtpm_secret_value
  fields: {
    filename: string(),
    image_type: string(),
    block_migration: boolean(),
    disk_over_commit: boolean(),
    disk_available_mb: nullable(integer()),
    is_shared_instance_path: boolean(),
    is_shared_block_storage: boolean(),
    instance_relative_path: string(),
    graphics_listen_addr_vnc: nullable(ipAddress()),
    graphics_listen_addr_spice: nullable(ipAddress()),
    serial_listen_addr: nullable(string()),
    serial_listen_ports: listOf(integer()),
    bdms: listOf(object(LibvirtLiveMigrateBDMInfo)),
    target_connect_addr: nullable(string()),
    supported_perf_events: listOf(string()),
    src_supports_native_luks: boolean(),
    dst_wants_file_backed_memory: boolean(),
    file_backed_memory_discard: boolean(),
    src_supports_numa_live_migration: boolean(),
    dst_supports_numa_live_migration: boolean(),
    dst_numa_info: object(LibvirtLiveMigrateNUMAInfo),
    dst_supports_mdev_live_migration: boolean(),
    source_mdev_types: dictOf(string()),
    target_mdevs: dictOf(string()),
    dst_cpu_shared_set_info: setOf(integer()),
    vtpm_secret_uuid: nullable(uuid()),
    vtpm_secret_value: nullable(string('SensitiveString')),
    is_volume_backed: boolean(),
    migration: object(Migration),
    old_vol_attachment_ids: dictOf(string()),
    wait_for_vif_plugged: boolean(),
    vifs: listOf(object(VIFMigrateData)),
    pci_dev_map_src_dst: dictOf(string()),
  },
  bases: ['LiveMigrateData'],
  lower: (data, below, target) => {
    if (below('1.14') && (Object.hasOwn(data, 'vtpm_secret_uuid') || Object.hasOwn(data, 'vtpm_secret_value')))
      throw new ObjectActionError({
        action: 'obj_make_compatible',
        reason: `Unable to backport newer vTPM support to requested version ${target}`,
      });
  },
  drops: {
    '1.1': ['target_connect_addr'],
    '1.2': ['serial_listen_ports'],
    '1.3': ['supported_perf_events'],
    '1.4': ['old_vol_attachment_ids'],
    '1.5': ['src_supports_native_luks'],
    '1.6': ['wait_for_vif_plugged'],
    '1.7': ['dst_wants_file_backed_memory'],
    '1.8': ['file_backed_memory_discard'],
    '1.9': ['vifs'],
    '1.10': ['src_supports_numa_live_migration', 'dst_supports_numa_live_migration', 'dst_numa_info'],
    '1.11': ['dst_supports_mdev_live_migration', 'source_mdev_types', 'target_mdevs'],
    '1.12': ['dst_cpu_shared_set_info'],
    '1.13': ['pci_dev_map_src_dst'],
    '1.14': ['vtpm_secret_uuid', 'vtpm_secret_value'],
  },
});
