import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** A port of a server in live migration. */
export const VIFMigrateData = defineObject({
  name: 'VIFMigrateData',
  version: '1.0',
  // 1.0 first
  fields: {
    port_id: string(),
    vnic_type: string(),
    vif_type: string(),
    vif_details_json: string(),
    profile_json: string(),
    host: string(),
    source_vif: string('NetworkVIFModel'),
  },
});
