import { indexAttribute, KEYS_ONLY } from '#ports/index-attribute';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { API, BUILD_REQUESTS, cellTable, MAPPINGS, PLACEMENT, REQUESTS } from '#records/keys';

/** An index `by-x` over the attributes `by_x` and `by_x_sort`. */
interface IndexSchema {
  readonly name: string;
  /** Type of the sort key: S for text, N for numbers. */
  readonly sort: 'S' | 'N';
  /** What the index has of an item beside its keys. */
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

/** A table as the stacks and the emulator make it: keys `pk` and `sk`, and its indexes. */
export interface TableSchema {
  readonly table: string;
  readonly indexes: readonly IndexSchema[];
}

const byText = (...names: string[]): IndexSchema[] =>
  names.map((name) => ({ name, sort: 'S', projection: KEYS_ONLY.has(name) ? 'KEYS_ONLY' : 'ALL' }));

/** The cell in which servers are recorded that no host could take has a table like any other. */
const CELL0 = 'cell0';

/** The tables of a deployment; cell0 need not be named. */
export const tableSchemas = (cells: readonly string[]): TableSchema[] => [
  { table: MAPPINGS, indexes: byText('by-cell', 'by-project') },
  { table: BUILD_REQUESTS, indexes: byText('by-project') },
  { table: API, indexes: byText('by-project') },
  { table: REQUESTS, indexes: [] },
  { table: PLACEMENT, indexes: [...byText('lookup'), { name: 'by-capacity', sort: 'N', projection: 'ALL' }] },
  ...[...new Set([CELL0, ...cells])].map((cell) => ({
    table: cellTable(cell),
    indexes: byText('by-host', 'lookup'),
  })),
];

/** What makes the table on a DynamoDB endpoint. */
export const createTableInput = (deployment: string, schema: TableSchema): CreateTableCommandInput => {
  return {
    TableName: `${deployment}-${schema.table}`,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      ...schema.indexes.flatMap(({ name, sort }) => [
        { AttributeName: indexAttribute(name), AttributeType: 'S' as const },
        { AttributeName: `${indexAttribute(name)}_sort`, AttributeType: sort },
      ]),
    ],
    ...(schema.indexes.length > 0 && {
      GlobalSecondaryIndexes: schema.indexes.map(({ name, projection }) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: indexAttribute(name), KeyType: 'HASH' as const },
          { AttributeName: `${indexAttribute(name)}_sort`, KeyType: 'RANGE' as const },
        ],
        Projection: { ProjectionType: projection },
      })),
    }),
  };
};
