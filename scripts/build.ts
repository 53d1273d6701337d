import { buildClient } from './build-client.ts';
import { buildCommand } from './build-command.ts';

/** Writes the packages into `dist`: the command beside the client, and in `dist/client` what publishers install. */
buildClient();
buildCommand();
console.log('dist: the command conductor, and client, a package of its own');
