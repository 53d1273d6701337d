import { dictOf, listOf, object } from '#objects/versioned/containers';
import { boolean, string } from '#objects/versioned/fields';
import { Migration } from './migration.ts';
import { defineObject } from '#objects/versioned/object-type';
import { VIFMigrateData } from './vif-migrate-data.ts';

/** What the two hosts of a live migration exchange, Hyper-V's part. */
export const HyperVLiveMigrateData = defineObject({
  name: 'HyperVLiveMigrateData',
  version: '1.5',
  // 1.0 first
  // 1.1 adds is_shared_instance_path
  // 1.2 adds old_vol_attachment_ids
  // 1.3 adds wait_for_vif_plugged
  // 1.4 adds vifs
  // 1.5 adds pci_dev_map_src_dst
  fields: {
    is_shared_instance_path: boolean(),
    is_volume_backed: boolean(),
    migration: object(Migration),
    old_vol_attachment_ids: dictOf(string()),
    wait_for_vif_plugged: boolean(),
    vifs: listOf(object(VIFMigrateData)),
    pci_dev_map_src_dst: dictOf(string()),
  },
  bases: ['LiveMigrateData'],
  drops: {
    '1.1': ['is_shared_instance_path'],
    '1.2': ['old_vol_attachment_ids'],
    '1.3': ['wait_for_vif_plugged'],
    '1.4': ['vifs'],
    '1.5': ['pci_dev_map_src_dst'],
  },
});
