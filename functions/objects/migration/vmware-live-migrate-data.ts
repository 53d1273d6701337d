import { dictOf, listOf, object } from '#objects/versioned/containers';
import { boolean, string } from '#objects/versioned/fields';
import { Migration } from './migration.ts';
import { defineObject } from '#objects/versioned/object-type';
import { VIFMigrateData } from './vif-migrate-data.ts';

/** What the two hosts of a live migration exchange, VMware's part. */
export const VMwareLiveMigrateData = defineObject({
  name: 'VMwareLiveMigrateData',
  version: '1.1',
  // 1.0 first
  // 1.1 adds pci_dev_map_src_dst
  fields: {
    cluster_name: string(),
    datastore_regex: string(),
    is_volume_backed: boolean(),
    migration: object(Migration),
    old_vol_attachment_ids: dictOf(string()),
    wait_for_vif_plugged: boolean(),
    vifs: listOf(object(VIFMigrateData)),
    pci_dev_map_src_dst: dictOf(string()),
  },
  bases: ['LiveMigrateData'],
  drops: {
    '1.1': ['pci_dev_map_src_dst'],
  },
});
