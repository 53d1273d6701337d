import { describe, expect, it } from 'vitest';
import { resourcesOf, templatesWith } from './synthesised.ts';

const { api, cells } = templatesWith();
const tables = [api, ...cells.values()].flatMap((template) => resourcesOf(template, 'AWS::DynamoDB::Table'));

/** What DynamoDB changes only by making a new table. A release that changes one of them would lose the records. */
const REPLACING = { TableName: 'string', KeySchema: 'object' } as const;

describe('tables', () => {
  it('of the API level, cell0 and each cell are all there', () => {
    expect(tables).toHaveLength(8);
  });

  it.each(tables.map((table) => [String(table.Properties?.['TableName']), table] as const))(
    '%s is kept when its stack goes, protected from deletion and recoverable to a point in time',
    (name, table) => {
      expect(name).toMatch(/^nova-conductor-[a-z0-9-]+$/u);
      expect(table['DeletionPolicy']).toBe('Retain');
      expect(table['UpdateReplacePolicy']).toBe('Retain');
      expect(table.Properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      });
    },
  );

  it('are not replaced by a release that changes anything of the context but names', () => {
    const other = templatesWith({ tracing: true, requirePrincipals: false });

    const replaced = [other.api, ...other.cells.values()].flatMap((template) =>
      resourcesOf(template, 'AWS::DynamoDB::Table'),
    );

    const identity = (table: (typeof tables)[number]): unknown =>
      Object.keys(REPLACING).map((property) => table.Properties?.[property]);
    expect(replaced.map(identity)).toEqual(tables.map(identity));
  });
});
