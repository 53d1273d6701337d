import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openstack } from './world.ts';

/* Runs the suite against real services; where they cannot be installed it says why in one line. */

const available = await openstack();
if ('skipped' in available) console.log(`Tests skipped: ${available.skipped}`);
else {
  const vitest = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');
  const config = join(import.meta.dirname, 'vitest.config.ts');
  const args = [vitest, 'run', '--config', config, ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  await once(child, 'close');
  process.exitCode = child.exitCode ?? 1;
}
