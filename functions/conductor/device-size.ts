import type { JsonMap } from '#ports/json';

/**
 * Size in GB of a device that a server gets from its template (nova.conductor.manager `_create_block_device_mapping`):
 * a given size stays; a blank local device takes the flavor's swap, which is in MB and taken as it is, or its ephemeral
 * size; others have none yet.
 */
export function deviceSize(device: JsonMap, flavor: JsonMap): number | null {
  if (typeof device['volume_size'] === 'number') return device['volume_size'];
  if (device['source_type'] !== 'blank' || device['destination_type'] !== 'local') return null;
  const size = device['guest_format'] === 'swap' ? flavor['swap'] : flavor['ephemeral_gb'];
  return typeof size === 'number' ? size : null;
}
