import { wiredCell, wireRecords } from '#wiring';
import { objectUrl } from './object-url.ts';

const cell = wiredCell();
if (cell === undefined) throw new Error('CELL is not set: the function URL is that of a cell');

/**
 * Lambda behind the function URL of the cell which CELL names. It is the same service by another way: alarms look at
 * what is counted of both.
 */
export const handler = wireRecords('object-rpc', (services) => objectUrl(services, cell));
