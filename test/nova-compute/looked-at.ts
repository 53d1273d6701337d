import { recordedServer } from '#local/demo/recorded-server';
import { faultItem } from '#records/items/instance-fault';
import { partitionOf } from '#cli/inventory/instances';
import type { RequestPorts } from '#cli/servers/server-request';
import { numberOf, textOrNull } from '#wire/reading';

/** A server as a test looks at it. */
export interface LookedAt {
  readonly vm_state: string | null;
  readonly task_state: string | null;
  readonly host: string | null;
  readonly power_state: number | null;
  readonly memory_mb: number | null;
  /** Status of its last migration. */
  readonly migration: string | null;
  /** Message of its last fault. */
  readonly fault: string | null;
  /** Hosts whose hypervisor has its guest. */
  readonly guests: readonly string[];
}

/** A fault of a server. */
export type Fault = ReturnType<typeof faultItem>;

/** A server as it is now; undefined where no cell has it. */
export async function lookAt(
  ports: RequestPorts,
  uuid: string,
  guests: readonly string[],
): Promise<LookedAt | undefined> {
  const server = await recordedServer(ports, uuid).catch(() => undefined);
  if (server === undefined) return undefined;
  const { item, migration } = server;
  return {
    vm_state: textOrNull(item['vm_state']),
    task_state: textOrNull(item['task_state']),
    host: textOrNull(item['host']),
    power_state: numberOf(item['power_state']) ?? null,
    memory_mb: numberOf(item['memory_mb']) ?? null,
    migration: textOrNull(migration?.['status']),
    fault: (await faultsOf(ports, uuid)).at(-1)?.message ?? null,
    guests,
  };
}

/** The faults of a server, in their order. */
export async function faultsOf(ports: RequestPorts, uuid: string): Promise<readonly Fault[]> {
  const server = await recordedServer(ports, uuid).catch(() => undefined);
  const items = server === undefined ? [] : await partitionOf(ports, server.cell, uuid);
  return items.filter(({ sk }) => sk.startsWith('fault#')).map(faultItem);
}
