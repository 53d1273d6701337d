import { wiredCell, wireRecords } from '#wiring';
import { objectHandler } from './object-queue.ts';

/** Lambda behind a conductor queue: the API level's, or that of the cell which CELL names. */
export const handler = wireRecords('object-rpc', (services) => objectHandler(services, wiredCell()));
