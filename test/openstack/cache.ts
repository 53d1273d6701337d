import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The pinned services; their requirements are open upwards, so all that they bring is pinned as well. */
export const CONSTRAINTS = join(import.meta.dirname, 'constraints.txt');

/** The services that are started, and the server that they run in. */
const SERVICES = ['keystone', 'openstack-placement', 'glance', 'neutron', 'cinder', 'openstack-cyborg', 'waitress'];

/** What is installed, for instance `keystone==30.0.0`. */
export function pinnedServices(): readonly string[] {
  const lines = readFileSync(CONSTRAINTS, 'utf8').split('\n');
  return SERVICES.flatMap((name) => lines.find((line) => line.startsWith(`${name}==`)) ?? []);
}

/** Where the services are kept between runs; other pins are kept elsewhere. */
export function cacheFolder(): string {
  const hash = createHash('sha256').update(readFileSync(CONSTRAINTS)).digest('hex').slice(0, 12);
  const root = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(root, 'serverless-conductor', `openstack-${hash}`);
}

/** Whether something is finished: its marker is written last. */
export const isFinished = (folder: string): boolean => existsSync(join(folder, 'finished'));
