import { cellOf } from './one-cell.ts';

cellOf('26.3.0');
