import { cellOf } from './one-cell.ts';

cellOf('34.0.0');
