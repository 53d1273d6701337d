import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';

/** Whether anybody listens at an address. */
function answers(endpoint: string): Promise<boolean> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

test('the emulator of tables ends with its world, even one that is killed', { timeout: 60_000 }, async () => {
  const world = spawn(process.execPath, ['test/fixtures/endpoints/emulator-of-its-own.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk]: unknown[] = await once(world.stdout, 'data');
  const endpoint = String(chunk).trim();
  const before = await answers(endpoint);

  world.kill('SIGKILL');

  await expect.poll(() => answers(endpoint), { timeout: 20_000, interval: 50 }).toBe(false);
  expect(before).toBe(true);
});
