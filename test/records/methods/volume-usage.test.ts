import { describe, expect, it } from 'vitest';
import { BlockDeviceMapping } from '#objects/instance/block-device-mapping';
import { VolumeUsage } from '#objects/instance/volume-usage';
import type { Records } from '#records/method';
import { callMethod, NOW, recordsOn, storedInstance, UUID } from '../../fixtures/records.ts';
import { refusal } from '../../fixtures/refusal.ts';
import { memoryTables } from '../../fixtures/tables.ts';

const VOLUME = 'd1a2c0de-5c1f-4d0e-9d0a-6a9d7d7b3f10';
const OTHER = '0e9d7f2a-3f6b-4d0c-8a51-2f9f1f0f6c77';

const usage = (reads: number, fields: Parameters<typeof VolumeUsage.make>[0] = {}) =>
  VolumeUsage.make({
    volume_id: VOLUME,
    instance_uuid: UUID,
    project_id: 'p-blue',
    user_id: 'alice',
    availability_zone: 'nova',
    curr_reads: reads,
    curr_read_bytes: reads * 512,
    curr_writes: reads + 1,
    curr_write_bytes: (reads + 1) * 512,
    ...fields,
  });

const attach = (records: Records, instance_uuid: string) => {
  const attached = { source_type: 'volume', destination_type: 'volume', volume_id: VOLUME } as const;
  return callMethod(records, BlockDeviceMapping.make({ instance_uuid, ...attached }), 'create');
};

/** A cell with two servers on host1, the first with a volume. */
async function world(given: Partial<Records> = {}) {
  const { tables } = memoryTables();
  const records = recordsOn(tables, given);
  await storedInstance(recordsOn(tables), { host: 'host1' });
  await storedInstance(recordsOn(tables), { uuid: OTHER, host: 'host1' });
  await attach(recordsOn(tables), UUID);
  const stored = () => (tables.dump()['cell-cell1'] ?? []).filter(({ sk }) => sk === 'volume-usage');
  return { tables, records, stored };
}

describe('VolumeUsage.save', () => {
  it('makes the record of a volume, whose totals are nothing yet', async () => {
    const { records } = await world();

    const answer = await callMethod(records, usage(10), 'save');

    const made = { id: 1, created_at: NOW, updated_at: null, deleted: false };
    const totals = { tot_last_refreshed: null, tot_reads: 0, tot_read_bytes: 0, tot_writes: 0, tot_write_bytes: 0 };
    expect(answer).toMatchObject([{ ...made, ...totals, curr_last_refreshed: NOW, obj_what_changed: [] }, null]);
  });

  it('counts on while the guest runs', async () => {
    const { records, stored } = await world();
    await callMethod(records, usage(10), 'save');

    await callMethod(records, usage(30), 'save');

    expect(stored()).toMatchObject([{ id: 1, curr_reads: 30, curr_writes: 31, tot_reads: 0, updated_at: NOW }]);
  });

  it('takes lower counters for those of a guest that was started again', async () => {
    const { records, stored } = await world();
    await callMethod(records, usage(10), 'save');

    await callMethod(records, usage(4), 'save');

    const totals = { tot_reads: 10, tot_read_bytes: 5120, tot_writes: 11, tot_write_bytes: 5632 };
    expect(stored()).toMatchObject([{ ...totals, curr_reads: 4, curr_writes: 5 }]);
    expect(stored()[0]).not.toHaveProperty('tot_last_refreshed');
  });

  it('adds the counters to the totals when the volume leaves the guest', async () => {
    const { records, stored } = await world();
    await callMethod(records, usage(10), 'save');

    await callMethod(records, usage(12), 'save', { update_totals: true });
    await callMethod(records, usage(3), 'save', { update_totals: true });

    expect(stored()).toMatchObject([{ tot_reads: 15, tot_writes: 17, curr_reads: 0, curr_writes: 0 }]);
    expect(stored()).toMatchObject([{ tot_last_refreshed: NOW, curr_last_refreshed: NOW }]);
  });

  it('counts a guest that was started again and lost the volume since', async () => {
    const { records, stored } = await world();
    await callMethod(records, usage(10), 'save');

    await callMethod(records, usage(4), 'save', { update_totals: true });

    expect(stored()).toMatchObject([{ tot_reads: 14, tot_writes: 16, curr_reads: 0 }]);
  });

  it('counts a message once that comes twice', async () => {
    const { records, stored } = await world({ writer: 'message-1' });
    await callMethod(records, usage(10), 'save', { update_totals: true });

    await callMethod(records, usage(10), 'save', { update_totals: true });

    expect(stored()).toMatchObject([{ tot_reads: 10 }]);
  });

  it('loses none of two reports that come at once', async () => {
    const { records, stored } = await world();
    await callMethod(records, usage(10), 'save');

    await Promise.all([1, 2].map(() => callMethod(records, usage(12), 'save', { update_totals: true })));

    expect(stored()).toMatchObject([{ tot_reads: 24, curr_reads: 0 }]);
  });

  it('goes on with the totals of a volume that another server has now', async () => {
    const { tables, records, stored } = await world({ hosts: ['host1'] });
    await callMethod(records, usage(10), 'save', { update_totals: true });
    await attach(recordsOn(tables), OTHER);

    await callMethod(records, usage(2, { instance_uuid: OTHER }), 'save');

    expect(stored()).toMatchObject([{ instance_uuid: OTHER, tot_reads: 10, curr_reads: 2 }]);
  });

  it('refuses a host the record of a volume that its server never had', async () => {
    const { records, stored } = await world({ hosts: ['host1'] });
    await callMethod(records, usage(10), 'save');

    const error = await refusal(callMethod(records, usage(99, { instance_uuid: OTHER }), 'save'));

    expect(error).toMatchObject({ name: 'Forbidden' });
    expect(stored()).toMatchObject([{ instance_uuid: UUID, curr_reads: 10 }]);
  });

  it('refuses what names too little, as Nova does', async () => {
    const { records } = await world();
    const unnamed = VolumeUsage.make({ volume_id: VOLUME, instance_uuid: UUID });

    const error = await refusal(callMethod(records, unnamed, 'save'));

    expect(error).toMatchObject({ name: 'NotImplementedError', message: "Cannot load 'project_id' in the base class" });
  });
});
