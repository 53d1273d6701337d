import { buildClient } from './build-client.ts';
import { buildCommand } from './build-command.ts';
import { buildSbom } from './build-sbom.ts';

/**
 * Writes the packages into `dist`: the command beside the client, in `dist/client` what publishers
 * install, and what all is made of.
 */
buildClient();
await buildCommand();
await buildSbom();
console.log('dist: the command conductor, and client, a package of its own');
