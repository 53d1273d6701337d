import { wiredCell, wireRecords } from '#wiring';
import { objectHandler } from './object-queue.ts';

/** Lambda behind a conductor queue: the API level's, or that of the cell which CELL names. */
export const handler = objectHandler(wireRecords('object-rpc'), wiredCell());
