import { describe, expect, test } from 'vitest';
import { usagePayload } from '#conductor/usage-payload';
import type { JsonMap } from '#ports/json';

const FLAVOR = { id: 3, name: 'm1.tiny', flavorid: '1' };

/** What legacy consumers get of a server of which everything is known. */
const SAME = {
  user_id: 'user',
  display_name: 'web',
  reservation_id: 'r-1',
  hostname: 'web',
  memory_mb: 512,
  root_gb: 10,
  ephemeral_gb: 2,
  vcpus: 1,
  host: 'host1',
  node: 'node1',
  availability_zone: 'nova',
  kernel_id: 'k',
  ramdisk_id: 'rd',
  architecture: 'x86_64',
  os_type: 'linux',
  access_ip_v4: '192.0.2.1',
  access_ip_v6: '2001:db8::1',
  progress: 30,
  cell_name: 'cell1',
  metadata: { a: 'b' },
};

const ODD_TIMES = { launched_at: 'aZb', created_at: 'aZb' };

describe('a usage payload', () => {
  test('holds what is known of a server, some of it under names of its own', () => {
    const times = { created_at: '2026-11-22T10:00:00Z', launched_at: '2026-11-22T10:01:00Z' };
    const system_metadata = { image_min_ram: '0', boot_roles: 'admin' };
    const server = { uuid: 'u', project_id: 'p', vm_state: 'active', task_state: 'rebuilding', image_ref: 'i' };

    const payload = usagePayload({ ...SAME, ...server, ...times, system_metadata }, FLAVOR);

    expect(payload).toEqual({
      ...SAME,
      tenant_id: 'p',
      instance_id: 'u',
      instance_type: 'm1.tiny',
      instance_type_id: 3,
      instance_flavor_id: '1',
      disk_gb: 12,
      image_ref_url: 'images/i',
      state: 'active',
      state_description: 'rebuilding',
      created_at: '2026-11-22 10:00:00+00:00',
      launched_at: '2026-11-22T10:01:00.000000',
      terminated_at: '',
      deleted_at: '',
      image_meta: { min_ram: '0' },
    });
  });

  test.each<readonly [string, JsonMap, JsonMap, JsonMap]>([
    ['null for the addresses and the system', { os_type: null }, {}, { os_type: null, access_ip_v4: null }],
    ['empty texts for all else', { task_state: null }, {}, { state_description: '', host: '', instance_type: '' }],
    ['no progress that is none', { progress: 0 }, {}, { progress: '' }],
    ['no progress that is unknown', {}, {}, { progress: '', image_ref_url: 'images/', disk_gb: 0 }],
    ['the flavor’s id as the record has it', { instance_type_id: 9 }, {}, { instance_type_id: 9 }],
    ['no flavor', {}, {}, { instance_type_id: '', instance_flavor_id: '' }],
    ['times as they are that have no zone at their end', ODD_TIMES, {}, ODD_TIMES],
  ])('holds %s', (_title, instance, flavor, expected) => {
    expect(usagePayload(instance, flavor)).toMatchObject(expected);
  });
});
