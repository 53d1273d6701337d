import { describe, expect, it } from 'vitest';
import { ITEM_ATTRIBUTES } from './item-attributes.ts';
import { sourceFile, sourceFiles } from './source-tree.ts';

const PATH = 'functions/servers/example.ts';
const TYPED = "import type { Item } from '#ports/tables';\n";

describe('the attributes of tables', () => {
  it.each([
    ['of a parameter', "const host = (server: Item) => server['host'];"],
    ['by a name that is not literal', 'const read = (server: Item, name: string) => server[name];'],
    ['of what a table answers', "const found = await services.tables.get(table, key);\nreturn found?.['host'];"],
    ['in the same breath', "return (await tables.get(table, key))?.['host'];"],
    ['by taking them apart', 'const isLeft = (server: Item) => { const { host } = server; return host; };'],
    ['in a callback', "items.filter(({ sk, deleted }) => sk === 'instance' && deleted !== true);"],
    ['of what was refused', "if (error.item['deleted'] === true) return;"],
  ])('may not be read %s elsewhere', (_how, code) => {
    const found = ITEM_ATTRIBUTES.violations(sourceFile(PATH, TYPED + code));

    expect(found).toHaveLength(1);
  });

  it.each([
    ['by a reader', 'const host = (server: Item) => instanceItem(server).host;'],
    ['as keys', "items.filter(({ sk }) => sk === 'instance');"],
    ['on the wire', "const host = fieldsOf(instance)['host'];"],
  ])('may be read %s everywhere', (_how, code) => {
    const found = ITEM_ATTRIBUTES.violations(sourceFile(PATH, TYPED + code));

    expect(found).toEqual([]);
  });

  it('may be read in the folders that own the tables', () => {
    const file = sourceFile('functions/records/tags.ts', `${TYPED}const host = (server: Item) => server['host'];`);

    expect(ITEM_ATTRIBUTES.violations(file)).toEqual([]);
  });

  it('are read by readers outside of records, operations and placement', () => {
    expect(sourceFiles().flatMap((file) => ITEM_ATTRIBUTES.violations(file))).toEqual([]);
  });
});
