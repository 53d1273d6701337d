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
export interface ItemAddress {
  readonly table: TableName;
  readonly key: Key;
}

/* Where records lie that steps read ahead. */

export const documentAddress = (request: string): ItemAddress => ({ table: REQUESTS, key: documentKey(request) });

export const callAddress = (messageId: string): ItemAddress => ({ table: REQUESTS, key: callKey(messageId) });

export const mappingAddress = (instance: string): ItemAddress => ({
  table: MAPPINGS,
  key: instanceMappingKey(instance),
});

export const cellAddress = (uuid: string): ItemAddress => ({ table: MAPPINGS, key: cellMappingKey(uuid) });

export const specAddress = (instance: string): ItemAddress => ({
  table: BUILD_REQUESTS,
  key: requestSpecKey(instance),
});

export const instanceAddress = (cell: string, uuid: string): ItemAddress => ({
  table: cellTable(cell),
  key: instanceKey(uuid),
});

export const computeNodeAddress = (cell: string, uuid: string): ItemAddress => ({
  table: cellTable(cell),
  key: computeNodeKey(uuid),
});

export const migrationAddress = (cell: string, instance: string, uuid: string): ItemAddress => ({
  table: cellTable(cell),
  key: migrationKey(instance, uuid),
});
