import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { install } from '#local/nova-compute/install';
import { openstack } from './world.ts';

/* Runs the suite against real services; where they, or stock computes, cannot be installed it says why in one line. */

const available = await openstack();
if ('skipped' in available) console.log(`Tests skipped: ${available.skipped}`);
else {
  const missing = await install(['34.0.0']);
  if (missing !== undefined) console.log(`Tests skipped: SKIPPED, NOT RUN: servers on stock computes: ${missing}`);
  const vitest = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');
  const config = join(import.meta.dirname, 'vitest.config.ts');
  const without = missing === undefined ? [] : ['--exclude', 'test/openstack/cell/**'];
  const args = [vitest, 'run', '--config', config, ...without, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  await once(child, 'close');
  process.exitCode = child.exitCode ?? 1;
}
