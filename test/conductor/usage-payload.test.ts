import { expect, test } from 'vitest';
import { usagePayload } from '#conductor/usage-payload';

test('a usage payload tells amounts, texts for what is missing, and image and metadata', () => {
  const payload = usagePayload(
    {
      uuid: 'u',
      project_id: 'p',
      root_gb: 10,
      ephemeral_gb: 2,
      vm_state: 'active',
      task_state: null,
      image_ref: 'i',
      system_metadata: { image_min_ram: '0', boot_roles: 'admin' },
      metadata: { a: 'b' },
    },
    { id: 3, name: 'm1.tiny', flavorid: '1' },
  );

  expect(payload).toMatchObject({
    tenant_id: 'p',
    instance_id: 'u',
    instance_type: 'm1.tiny',
    instance_type_id: 3,
    disk_gb: 12,
    state: 'active',
    state_description: '',
    terminated_at: '',
    os_type: null,
    image_meta: { min_ram: '0' },
    metadata: { a: 'b' },
  });
});
