import type { HouseRule, SourceFile } from './source-tree.ts';

/** Who may name the attributes of tables; everybody else reads items by the readers of functions/records/items. */
const OWNERS = /^functions\/(?:records|operations|placement|adapters|ports)\//u;

const READERS = /^(?:functions|cli)\//u;

/** What makes a value an item: its type, or where it comes from. */
const ITEMS = [
  /\b(\w+)\??: (?:readonly )?Item\b(?!\[)/gu,
  /\b(?:const|let) (\w+) =\s+(?:await\s+)?\(?(?:await\s+)?[\w.#]*(?:tables\.get|serverItem|findMigration|changeServer|computeNodeOfHost)\(/gu,
  /\b(?:const|let) (\w+) = (?:items|beside)(?:\.find\(|\[)/gu,
  /\b(?:const|let) \[(\w+)(?:, (\w+))?\] = await [\w.]*tables\.batchGet\(/gu,
];

/** Attributes that are no Nova fields and lie in every item. */
const KEYS = new Set(['pk', 'sk']);

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

function itemsIn(text: string): string[] {
  const named = ITEMS.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, ...names]) => names));
  return [...new Set(['item', ...named.filter((name) => name !== undefined)])];
}

function* accesses(text: string): Generator<number> {
  for (const name of itemsIn(text)) {
    for (const { index } of text.matchAll(new RegExp(`\\b${name}\\??(?:\\.)?\\[(?!\\d|at\\])`, 'gu'))) yield index;
    for (const match of text.matchAll(new RegExp(`const \\{([^}]*)\\} = ${name}(?: \\?\\? \\{\\})?;`, 'gu')))
      if (namesMore(match[1] ?? '')) yield match.index;
  }
  for (const { index } of text.matchAll(/tables\.get\([^;]*?\)\)\??\.?\['/gu)) yield index;
  // A callback that takes a key out of an item must not take a field along.
  for (const match of text.matchAll(/\(\{([^{}]*)\}(: Item)?\) =>|\(\{([^{}]*)\}: Item\)/gu)) {
    const names = match[1] ?? match[3] ?? '';
    const isItem = match[2] !== undefined || match[3] !== undefined || /\b(?:pk|sk)\b/u.test(names);
    if (isItem && namesMore(names)) yield match.index;
  }
}

const namesMore = (names: string): boolean =>
  names.split(',').some((name) => name.trim() !== '' && !KEYS.has(name.trim().split(/[ :=]/u)[0] ?? ''));

/** Attributes of tables are read by typed readers outside of the folders that own the tables. */
export const ITEM_ATTRIBUTES: HouseRule = {
  id: 'H128',
  says: 'outside of records, operations and placement an item is read by its reader in functions/records/items',
  violations: (file: SourceFile) => {
    if (!READERS.test(file.path) || OWNERS.test(file.path)) return [];
    const lines = new Set([...accesses(file.text)].map((at) => lineOf(file.text, at)));
    return [...lines].map((line) => `${file.path}:${line} ${file.text.split('\n')[line - 1]?.trim()}`);
  },
};
