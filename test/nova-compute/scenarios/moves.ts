import { expect, it } from 'vitest';
import { SMALL } from '#local/demo/flavors';
import type { NovaCell } from '../nova-cell.ts';

/** Servers that move between hosts. */
export function moveScenarios(at: () => NovaCell): void {
  it('live-migrates a server', async () => {
    const cell = at();
    const uuid = await cell.active('live');
    const before = await cell.look(uuid);

    await cell.user.liveMigrate(uuid, null);
    const server = await cell.until(uuid, { migration: 'completed', task_state: null });

    expect(server).toMatchObject({ vm_state: 'active', fault: null });
    expect(server.host).not.toBe(before?.host);
    expect(server.guests).toEqual([server.host]);
  });

  it('migrates a server cold and confirms it', async () => {
    const cell = at();
    const uuid = await cell.active('cold');
    const before = await cell.look(uuid);

    await cell.user.migrate(uuid);
    await cell.until(uuid, { vm_state: 'resized', task_state: null });
    await cell.user.confirmResize(uuid);
    const server = await cell.until(uuid, { vm_state: 'active', migration: 'confirmed' });

    expect(server.host).not.toBe(before?.host);
    expect(server.guests).toEqual([server.host]);
  });

  it('resizes a server and confirms it', async () => {
    const cell = at();
    const uuid = await cell.active('resized');

    await cell.user.resize(uuid, SMALL);
    await cell.until(uuid, { vm_state: 'resized', task_state: null });
    await cell.user.confirmResize(uuid);
    const server = await cell.until(uuid, { vm_state: 'active', migration: 'confirmed' });

    expect(server).toMatchObject({ memory_mb: SMALL.memoryMb, fault: null });
    expect(server.guests).toEqual([server.host]);
  });

  it('resizes a server and takes it back', async () => {
    const cell = at();
    const uuid = await cell.active('reverted');
    const before = await cell.look(uuid);

    await cell.user.resize(uuid, SMALL);
    await cell.until(uuid, { vm_state: 'resized', task_state: null });
    await cell.user.revertResize(uuid);
    const server = await cell.until(uuid, { vm_state: 'active', migration: 'reverted', task_state: null });

    expect(server).toMatchObject({ host: before?.host, memory_mb: before?.memory_mb, fault: null });
    expect(server.guests).toEqual([before?.host]);
  });
}
