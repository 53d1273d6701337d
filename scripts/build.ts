import { rmSync } from 'node:fs';
import { buildClient } from './build-client.ts';
import { buildCommand } from './build-command.ts';
import { DIST } from './build-paths.ts';

/** Writes `dist`: the command with the client, and in `dist/client` the package that publishers install. */
rmSync(DIST, { recursive: true, force: true });
buildClient();
buildCommand();
console.log('dist: conductor, client (a package of its own)');
