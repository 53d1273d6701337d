import { wiredCell, wireRecords } from '#wiring';
import { objectUrl } from './object-url.ts';

const cell = wiredCell();
if (cell === undefined) throw new Error('CELL is not set: the function URL is that of a cell');

/** Lambda behind the function URL of the cell which CELL names. */
export const handler = wireRecords('object-url', (services) => objectUrl(services, cell));
