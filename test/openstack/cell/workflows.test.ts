import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectExactBooks } from './books.ts';
import { startCloudCell, type CloudCell } from './cloud-cell.ts';
import { askFor } from './new-instance.ts';

const cloud = inject('openstack');

describe('servers with ports, volumes and devices, on stock computes', () => {
  let at: CloudCell;

  beforeAll(async () => {
    at = await startCloudCell(cloud);
  });

  afterAll(async () => {
    await at.stop();
  });

  it('are built, and each service has exactly what is theirs', async () => {
    const { uuid } = await askFor(at, 'built', { devices: true });

    const server = await at.cell.until(uuid, { vm_state: 'active', task_state: null });

    expect(server).toMatchObject({ host: 'host1', fault: null });
    await expectExactBooks(at);
  });
});
