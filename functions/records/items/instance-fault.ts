import type { Attributes } from '#ports/tables';
import { finiteNumber, nonEmptyText } from './read.ts';

/** Reads the item of a server's fault, which lies beside the server in its cell's table. */
export function faultItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']) ?? 0,
    /** As HTTP has it: 500 for most. */
    code: finiteNumber(item['code']) ?? 0,
    message: nonEmptyText(item['message']) ?? '',
    host: nonEmptyText(item['host']),
    created_at: nonEmptyText(item['created_at']) ?? '',
  };
}
