import { describe, expect, it } from 'vitest';
import { Service } from '#objects/compute/service';
import { FENCING, fenced, fenceItem, type FenceState } from '#records/items/fence';
import { forced, serviceItem } from '#records/items/service';
import { cellTable, serviceKey } from '#records/keys';
import { conductorBase } from '#object-rpc/base-namespace';
import type { Records } from '#records/method';
import { callMethod, NOW, recordsOn } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

const [TABLE, KEY] = [cellTable('cell1'), serviceKey('host1', 'nova-compute')];
const SILENT = '2026-11-22T11:00:00Z';
const ID = `cell1/host1/${SILENT}`;
const SENT = Date.parse('2026-11-22T11:30:00Z');

/** A host whose compute service was last heard an hour ago, about which the agent has been asked. */
async function asked(state: FenceState = 'asked') {
  const { tables } = memoryTables();
  const records = recordsOn(tables);
  const service = Service.make({
    host: 'host1',
    binary: 'nova-compute',
    topic: 'compute',
    report_count: 0,
    version: 61,
  });
  await callMethod(records, service, 'create');
  const note = fenced({ id: ID, state, at: SILENT, by: 'fencer', detail: '' });
  const said = state === 'off' ? forced({ down: true, by: 'fencer', at: SILENT, reason: 'fenced: by IPMI' }) : {};
  await tables.update(TABLE, KEY, { set: { last_seen_up: SILENT, ...note, ...said } });
  const item = async () => (await tables.get(TABLE, KEY)) ?? {};
  return { records, service, item };
}

/** The service is deleted, and the compute registers anew. */
async function registerAnew({ records, service, item }: Awaited<ReturnType<typeof asked>>): Promise<void> {
  const id = serviceItem(await item()).id ?? 0;
  await callMethod(records, Service.load({ id, host: 'host1', binary: 'nova-compute' }), 'destroy');
  await callMethod(records, service, 'create');
}

const answerOff = (records: Records, sentAt = SENT) =>
  conductorBase
    .find(({ namespace }) => namespace === FENCING)
    ?.methods[
      'fence_answered'
    ]?.({ ...records, fencer: 'fencer', sentAt }, { host: 'host1', fence: ID, outcome: 'off' });

describe("a fencing agent's yes", () => {
  it('declares the host dead that it was asked about', async () => {
    const { records, item } = await asked();

    expect(await answerOff(records)).toEqual({ taken: true });
    expect(serviceItem(await item())).toMatchObject({ forced_down: true });
  });

  it('counts for nothing where the host was heard after it had been said', async () => {
    const { records, item } = await asked();
    await records.tables.update(TABLE, KEY, { set: { last_seen_up: NOW } });

    expect(await answerOff(records)).toEqual({ taken: false });
    expect(serviceItem(await item())).toMatchObject({ forced_down: false });
    expect(fenceItem(await item())).toMatchObject({ state: 'asked' });
  });

  it('holds although the host was heard before it was off', async () => {
    const { records, item } = await asked();
    await records.tables.update(TABLE, KEY, { set: { last_seen_up: '2026-11-22T11:29:00Z' } });

    expect(await answerOff(records)).toEqual({ taken: true });
    expect(serviceItem(await item())).toMatchObject({ forced_down: true });
  });

  it('says nothing about a host that has registered anew', async () => {
    const at = await asked();
    await registerAnew(at);

    expect(await answerOff(at.records)).toEqual({ taken: false });
    expect(serviceItem(await at.item())).toMatchObject({ forced_down: false });
    expect(fenceItem(await at.item())).toBeUndefined();
  });

  it('holds until a person releases the host, which does not release itself by registering anew', async () => {
    const at = await asked('off');
    await registerAnew(at);

    expect(serviceItem(await at.item())).toMatchObject({ deleted: false, forced_down: true, said: { by: 'fencer' } });
    expect(fenceItem(await at.item())).toMatchObject({ state: 'off' });
  });
});
