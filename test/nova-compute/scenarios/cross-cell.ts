import { expect, it } from 'vitest';
import { SMALL, TINY } from '#local/demo/flavors';
import { eventually } from '#local/nova-compute/eventually';
import { cellTable, instanceKey } from '#records/keys';
import type { Item } from '#ports/tables';
import { computeNodeItem } from '#records/items/compute-node';
import { instanceItem } from '#records/items/instance';
import { isDeleted } from '#records/items/read';
import { rejected } from '../../fixtures/rejected.ts';
import type { NovaCell } from '../nova-cell.ts';

const [SOURCE, DESTINATION] = ['host1', 'host2'];

/** The host that would confirm by itself what has come to it. */
export const CONFIRMING = 'host3';

/** What it says: it does not reach the service of the source, which is in another cell. */
const TRIED = /Error auto-confirming resize: .*Will retry later/u;

/** Servers that get another flavor on a host of another cell. */
export function crossCellScenarios(at: () => NovaCell): void {
  it('resizes a server to another cell and confirms it', async () => {
    const cell = at();
    const uuid = await resized(cell, 'moved');
    const shown = await cell.look(uuid);

    await cell.user.confirmResize(uuid);
    const server = await cell.until(uuid, { vm_state: 'active', task_state: null, migration: 'confirmed' });

    expect(shown).toMatchObject({ host: DESTINATION, guests: [DESTINATION] });
    expect(server).toMatchObject({ host: DESTINATION, guests: [DESTINATION], memory_mb: SMALL.memoryMb, fault: null });
    await mustBeIn(cell, uuid, DESTINATION);
    await mustUse(cell, { [SOURCE]: 0, [DESTINATION]: SMALL.memoryMb });
    await gone(cell, uuid);
  });

  it('resizes a server to another cell and takes it back', async () => {
    const cell = at();
    const uuid = await resized(cell, 'returned');

    await cell.user.revertResize(uuid);
    const server = await cell.until(uuid, { vm_state: 'active', task_state: null, migration: 'reverted' });

    expect(server).toMatchObject({ host: SOURCE, guests: [SOURCE], memory_mb: TINY.memoryMb, fault: null });
    await mustBeIn(cell, uuid, SOURCE);
    await mustUse(cell, { [SOURCE]: TINY.memoryMb, [DESTINATION]: 0 });
    await gone(cell, uuid);
  });

  it('leaves a resize to its user which the host of the other cell would confirm by itself', async () => {
    const cell = at();
    const uuid = await resized(cell, 'waiting', CONFIRMING);

    await eventually('the host tries', async () =>
      cell
        .compute(CONFIRMING)
        .lines()
        .some((line) => TRIED.test(line)),
    );
    const waiting = await cell.look(uuid);
    await cell.user.confirmResize(uuid);
    await cell.until(uuid, { vm_state: 'active', task_state: null, migration: 'confirmed', guests: [CONFIRMING] });

    expect(waiting).toMatchObject({ vm_state: 'resized', task_state: null, migration: 'finished', fault: null });
    await mustBeIn(cell, uuid, CONFIRMING);
    await gone(cell, uuid);
  });

  it('keeps a server in its cell that the other cannot start, for a hard reboot', async () => {
    const cell = at();
    const uuid = await cell.active('kept', { host: SOURCE });
    cell.compute(DESTINATION).order({ spawn: { fail: 'no hypervisor today' } });

    const refusal = await rejected(cell.user.resizeAcrossCells(uuid, SMALL, DESTINATION));
    const failed = await cell.until(uuid, { vm_state: 'error', task_state: null, migration: 'error' });
    cell.compute(DESTINATION).order({});
    await mustBeIn(cell, uuid, SOURCE);
    await cell.user.reboot(uuid, 'HARD');
    await cell.until(uuid, { vm_state: 'active', task_state: null, guests: [SOURCE] });

    expect(refusal).toMatchObject({ message: expect.stringContaining('Remote error') });
    expect(failed).toMatchObject({ host: SOURCE, memory_mb: TINY.memoryMb, guests: [] });
    await mustUse(cell, { [SOURCE]: TINY.memoryMb, [DESTINATION]: 0 });
    await gone(cell, uuid);
  });
}

/** A server of the first cell that waits in the second for its user's answer. */
async function resized(cell: NovaCell, name: string, to = DESTINATION): Promise<string> {
  const uuid = await cell.active(name, { host: SOURCE });
  await cell.user.resizeAcrossCells(uuid, SMALL, to);
  await cell.until(uuid, { vm_state: 'resized', task_state: null });
  return uuid;
}

/** One cell shows a server, and its host alone holds resources of it. */
async function mustBeIn(cell: NovaCell, uuid: string, host: string): Promise<void> {
  const { tables } = cell.world.services;
  const cells = [...new Set(cell.computes.map((compute) => compute.cell.name))];
  const copies = await Promise.all(cells.map((name) => tables.get(cellTable(name), instanceKey(uuid))));
  const shown = cells.filter((_name, at) => isShown(copies[at]));
  expect(shown).toEqual([cell.compute(host).cell.name]);
  expect(await cell.claimsOf(uuid)).toEqual([host]);
}

const isShown = (item: Item | undefined): boolean =>
  item !== undefined && !isDeleted(item) && !instanceItem(item).hidden;

/** Waits until each host reports that its servers have so much memory, in MB. */
const mustUse = (cell: NovaCell, used: Readonly<Record<string, number>>): Promise<true> =>
  eventually(`hosts report ${JSON.stringify(used)}`, async () => {
    const reported = await Promise.all(
      Object.entries(used).map(async ([host, mb]) => (await usedBy(cell, host)) === mb),
    );
    return reported.every(Boolean);
  });

/** Memory that no server gets, in MB. */
const RESERVED = 512;

/** Memory of a host's servers by its own report, in MB. */
async function usedBy(cell: NovaCell, host: string): Promise<number | undefined> {
  for await (const item of cell.platform.scan(cellTable(cell.compute(host).cell.name))) {
    if (item.sk !== 'compute-node') continue;
    const { host: reporting, memory_mb, free_ram_mb } = computeNodeItem(item);
    if (reporting === host) return (memory_mb ?? 0) - (free_ram_mb ?? 0) - RESERVED;
  }
  return undefined;
}

/** Has a server deleted, which leaves nothing. */
async function gone(cell: NovaCell, uuid: string): Promise<void> {
  await cell.user.delete(uuid);
  await cell.until(uuid, { vm_state: 'deleted', guests: [] });
  await eventually('nothing is claimed for it', async () => (await cell.claimsOf(uuid)).length === 0);
}
