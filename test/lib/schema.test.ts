import { describe, expect, it } from 'vitest';
import { QUEUE_FUNCTIONS, queueSchemas } from '#local/emulation/queue-schema';
import { createTableInput, tableSchemas } from '#local/emulation/table-schema';
import { deployed } from '../fixtures/deployed/deployed.ts';
import { resourcesOf, TABLE, templatesWith } from './synthesised.ts';

const CELLS = ['cell1', 'cell2'];
/** Seconds that a call waits for its answer: Nova's rpc_response_timeout. */
const CALLER_WAITS = 60;
const templates = [...templatesWith({ cells: CELLS }).all.values()];
const byName = <T extends { readonly name: string }>(items: readonly T[]) =>
  items.toSorted((a, b) => a.name.localeCompare(b.name));

const sorted = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).map((entry) => JSON.stringify(entry)).toSorted();

/** A table as either side describes it, in the order of the names. */
function shape(properties: Readonly<Record<string, unknown>>) {
  const { TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] } = properties;
  return {
    name: String(TableName),
    keys: KeySchema,
    attributes: sorted(AttributeDefinitions),
    indexes: sorted(GlobalSecondaryIndexes),
  };
}

describe('what is deployed is what the embedded world runs on', () => {
  it('has the same tables with the same keys and indexes', () => {
    const tables = templates.flatMap((template) => resourcesOf(template, TABLE));
    const embedded = tableSchemas(CELLS).map((schema) => createTableInput('nova-conductor', schema));

    expect(byName(tables.map((table) => shape(table.Properties ?? {})))).toEqual(
      byName(embedded.map((input) => shape({ ...input }))),
    );
  });

  it('has the same queues, which hide a message as long and put it aside after as many receives', () => {
    const embedded = queueSchemas(CELLS).flatMap(({ queue, deadLetterQueue, ...settings }) => [
      { name: `nova-conductor-${queue}`, ...settings },
      { name: `nova-conductor-${deadLetterQueue}`, visibilityTimeoutSeconds: 30, maxReceiveCount: undefined },
    ]);

    expect(byName(embedded)).toEqual(byName(deployed().queues));
  });

  it('has the same functions behind its queues, with as much time and memory', () => {
    const behindQueues = deployed().functions.filter(({ name }) => name.endsWith('-rpc'));

    expect(behindQueues.map(({ timeoutSeconds, memoryMb }) => ({ timeoutSeconds, memoryMb }))).toEqual(
      behindQueues.map(({ name }) => QUEUE_FUNCTIONS[name.endsWith('task-rpc') ? 'task-rpc' : 'object-rpc']),
    );
  });

  it('tries a call again while its caller still waits, and not before its function has ended', () => {
    const conductors = deployed().queues.filter(({ name }) => name.endsWith('conductor'));
    const [objectRpc] = deployed().functions.filter(({ name }) => name.endsWith('object-rpc'));

    expect(conductors).toHaveLength(1 + CELLS.length);
    for (const { visibilityTimeoutSeconds } of conductors) {
      expect(2 * visibilityTimeoutSeconds).toBeLessThanOrEqual(CALLER_WAITS);
      expect(visibilityTimeoutSeconds).toBeGreaterThan(2 * (objectRpc?.timeoutSeconds ?? Infinity));
    }
  });
});
