import { describe, expect, it } from 'vitest';
import { queueSchemas } from '#local/emulation/queue-schema';
import { createTableInput, tableSchemas } from '#local/emulation/table-schema';
import { nameOf, resourcesOf, templatesWith } from './synthesised.ts';

const CELLS = ['cell1', 'cell2'];
const { api, cells } = templatesWith({ cells: CELLS });
const templates = [api, ...cells.values()];
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
    const deployed = templates.flatMap((template) => resourcesOf(template, 'AWS::DynamoDB::Table'));
    const embedded = tableSchemas(CELLS).map((schema) => createTableInput('nova-conductor', schema));

    expect(byName(deployed.map((table) => shape(table.Properties ?? {})))).toEqual(
      byName(embedded.map((input) => shape({ ...input }))),
    );
  });

  it('has the same queues, which put a message aside after as many receives', () => {
    const deployed = templates
      .flatMap((template) => resourcesOf(template, 'AWS::SQS::Queue'))
      .map((queue) => ({ name: nameOf(queue, 'QueueName'), redrive: queue.Properties?.['RedrivePolicy'] }));
    const embedded = queueSchemas(CELLS);

    for (const { queue, deadLetterQueue, maxReceiveCount } of embedded) {
      const main = deployed.find(({ name }) => name === `nova-conductor-${queue}`);
      expect(main?.redrive).toMatchObject({ maxReceiveCount });
      expect(deployed.map(({ name }) => name)).toContain(`nova-conductor-${deadLetterQueue}`);
    }
    expect(deployed).toHaveLength(2 * embedded.length);
  });
});
