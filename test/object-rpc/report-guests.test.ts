import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { Forbidden, ValueError } from '#errors';
import type { Json } from '#ports/json';
import { conductorBase } from '#object-rpc/base-namespace';
import { cellQueue } from '#ports/host-queue';
import { cellTable, guestsKey, instanceKey } from '#records/keys';
import { guestsItem } from '#records/items/guests';
import type { Records } from '#records/method';
import { HOSTS, hostsAttribute } from '#records/operation';
import { dispatch } from '#rpc/dispatch';
import { requestEnvelope } from '#wire/envelope';
import { BuildWorld } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';

const TABLE = cellTable('cell1');
const UNKNOWN = '99999999-5d0e-4c3e-9a5e-0f6e2f1b8a10';

/** A server on a host of its cell, and a report of host1. */
async function serverOn(host: string | null) {
  const { tables } = memoryTables();
  const log = new MemoryLog();
  await storedInstance(recordsOn(tables), { host });
  const records: Records = recordsOn(tables, { hosts: ['host1'], log });
  const report = (...guests: string[]): Promise<Json> => {
    const asked = { namespace: 'hostapi', version: '1.0', method: 'report_guests' };
    return dispatch(conductorBase, asked)(records, { host: 'host1', guests });
  };
  const kept = async () => guestsItem((await tables.get(TABLE, guestsKey('host1'))) ?? {});
  return { tables, log, records, report, kept };
}

describe('a host that reports its guests', () => {
  it('is taken at its word where its servers are its own', async () => {
    const { report, kept, log } = await serverOn('host1');

    const answer = await report(UUID, UNKNOWN);

    expect(answer).toBeNull();
    expect(await kept()).toMatchObject({ host: 'host1', reported_at: '2026-11-22T12:00:00Z', second: [] });
    expect(log.counts.get('second_guests')).toBeUndefined();
  });

  it.each(['host2', null])('has a second guest where its server is on %s', async (recorded) => {
    const { report, kept, log } = await serverOn(recorded);

    await report(UUID);

    expect((await kept()).second).toEqual([{ uuid: UUID, recorded }]);
    expect(log.counts.get('second_guests')).toBe(1);
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { instance: UUID, host: 'host1', recorded } }]);
  });

  it('has none where it is at work on the server', async () => {
    const { report, kept, tables } = await serverOn('host2');
    await tables.update(TABLE, instanceKey(UUID), { set: { [HOSTS]: hostsAttribute('host2', 'host1') } });

    await report(UUID);

    expect((await kept()).second).toEqual([]);
  });

  it('has none where the server is deleted: its compute does away with it', async () => {
    const { report, kept, tables } = await serverOn('host2');
    await tables.update(TABLE, instanceKey(UUID), { set: { deleted: true } });

    await report(UUID);

    expect((await kept()).second).toEqual([]);
  });

  it('is heard with as many guests as the largest hosts have, and no more', async () => {
    const { report, kept } = await serverOn('host2');
    const others = Array.from({ length: 10_000 }, (_, at) => createHash('sha256').update(String(at)).digest('hex')).map(
      (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/u, '$1-$2-$3-$4-$5'),
    );

    await report(...others.slice(1), UUID);
    const error = await rejected(report(...others, UUID));

    const { guests, second } = await kept();
    expect(guests).toHaveLength(10_000);
    expect(second).toEqual([{ uuid: UUID, recorded: 'host2' }]);
    expect(error).toBeInstanceOf(ValueError);
  });

  it('takes back by its next report what is not so any more', async () => {
    const { report, kept } = await serverOn('host2');
    await report(UUID);

    await report();

    expect(await kept()).toMatchObject({ guests: [], second: [] });
  });
});

describe('a report of guests', () => {
  it.each([
    ['another host', ['host2']],
    ['a publisher', undefined],
  ])('of %s is Forbidden', async (_who, hosts) => {
    const { records, kept } = await serverOn('host2');
    const { hosts: _own, ...anybody } = records;
    const speaker: Records = hosts === undefined ? anybody : { ...anybody, hosts };
    const asked = { namespace: 'hostapi', version: '1.0', method: 'report_guests' };

    const error = await rejected(dispatch(conductorBase, asked)(speaker, { host: 'host1', guests: [UUID] }));

    expect(error).toBeInstanceOf(Forbidden);
    expect((await kept()).guests).toEqual([]);
  });

  it.each([
    [{ host: 'host1' }],
    [{ host: 'host1', guests: 'all' }],
    [{ host: 'host1', guests: [{}] }],
    [{ guests: [] }],
  ])('is refused as %j', async (args) => {
    const { records } = await serverOn('host2');
    const asked = { namespace: 'hostapi', version: '1.0', method: 'report_guests' };

    const error = await rejected(dispatch(conductorBase, asked)(records, args));

    expect(error).toMatchObject({ name: 'ValueError' });
  });

  it('comes by the queue of the cell and leaves no dead letter', async () => {
    const world = await BuildWorld.boot();
    const { uuids } = await world.build();
    const context = { ...world.request().context, project_id: null };
    const body = requestEnvelope({
      method: 'report_guests',
      namespace: 'hostapi',
      version: '1.0',
      args: { host: 'host4', guests: [...uuids] },
      context,
      uniqueId: 'report-1',
    });

    await world.world.bus.send(cellQueue('cell2'), { body, attributes: { sender: 'host:host4' } });
    await world.end();

    const [report] = world.items('cell-cell2').filter(({ sk }) => sk === 'guests');
    expect(report && guestsItem(report)).toMatchObject({ host: 'host4', guests: uuids });
    expect(await leftOver(world)).toEqual([]);
  });
});
