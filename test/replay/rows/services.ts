import type { Item } from '#ports/tables';
import { serviceKey } from '#records/keys';
import { columns, persistent, text, time, truth } from '../row-values.ts';
import type { Row } from '../sql-state.ts';

/** A row of `services`; a deleted one is found by nobody. */
export function serviceItem(row: Row): Item {
  const [host, binary] = [text(row['host']), text(row['binary'])];
  return {
    ...serviceKey(host, binary),
    ...columns(row, ['id', 'uuid', 'host', 'binary', 'topic', 'report_count', 'disabled_reason', 'version']),
    disabled: truth(row['disabled']),
    forced_down: truth(row['forced_down']),
    last_seen_up: time(row['last_seen_up']),
    ...persistent(row),
    ...(row['deleted'] === 0
      ? {
          lookup: `service#${binary}`,
          lookup_sort: host,
        }
      : {}),
  };
}
