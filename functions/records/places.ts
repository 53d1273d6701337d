import type { Key, TableName } from '#ports/tables';
import {
  BUILD_REQUESTS,
  callKey,
  cellMappingKey,
  cellTable,
  computeNodeKey,
  documentKey,
  instanceKey,
  instanceMappingKey,
  MAPPINGS,
  migrationKey,
  REQUESTS,
  requestSpecKey,
} from './keys.ts';

/** A table and a key of it. */
export interface Place {
  readonly table: TableName;
  readonly key: Key;
}

/* Where records lie that steps read ahead. */

export const documentPlace = (request: string): Place => ({ table: REQUESTS, key: documentKey(request) });

export const callPlace = (messageId: string): Place => ({ table: REQUESTS, key: callKey(messageId) });

export const mappingPlace = (instance: string): Place => ({ table: MAPPINGS, key: instanceMappingKey(instance) });

export const cellPlace = (uuid: string): Place => ({ table: MAPPINGS, key: cellMappingKey(uuid) });

export const specPlace = (instance: string): Place => ({ table: BUILD_REQUESTS, key: requestSpecKey(instance) });

export const instancePlace = (cell: string, uuid: string): Place => ({
  table: cellTable(cell),
  key: instanceKey(uuid),
});

export const computeNodePlace = (cell: string, uuid: string): Place => ({
  table: cellTable(cell),
  key: computeNodeKey(uuid),
});

export const migrationPlace = (cell: string, instance: string, uuid: string): Place => ({
  table: cellTable(cell),
  key: migrationKey(instance, uuid),
});
