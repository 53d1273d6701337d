import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { answers } from '../spawned-world.ts';

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
