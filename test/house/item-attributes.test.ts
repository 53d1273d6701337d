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

  it.each([
    ['of a record', "const host = (server: Item) => server['host'];"],
    ['of what nobody calls an item', "const host = servers.map((each) => each['host']);"],
    ['of what a function answers', "const host = (await nodeOf(services, cell(uuid)))['host'];"],
    ['by a name that is not declared', 'const read = (found: Item, name: string) => found[name];'],
    ['by taking it apart', 'const isLeft = (item: Item) => { const { host } = item; return host; };'],
  ])('may not be read %s in the folders that own the tables', (_how, code) => {
    const found = ITEM_ATTRIBUTES.violations(sourceFile('functions/records/methods/example.ts', TYPED + code));

    expect(found).toHaveLength(1);
  });

  it.each([
    [
      'functions/records/tags.ts',
      'const isOwned = (found: Item) => found[HOSTS] !== undefined && found[names.owner] === null;',
    ],
    ['functions/operations/example.ts', "const host = filters['host'] ?? fieldsOf(instance)['host'];"],
    ['functions/records/items/tags.ts', "const host = (server: Item) => server['host'];"],
  ])('may be read in %s by declared names, of values that are no items, and by the readers', (path, code) => {
    expect(ITEM_ATTRIBUTES.violations(sourceFile(path, TYPED + code))).toEqual([]);
  });

  it('are read by the readers alone', () => {
    expect(sourceFiles().flatMap((file) => ITEM_ATTRIBUTES.violations(file))).toEqual([]);
  });
});
