import type { HouseRule, SourceFile } from './source-tree.ts';

/** The readers themselves, and what knows of no records; everybody else reads items by the readers. */
const EXEMPT = /^functions\/(?:records\/items\/|placement\/(?:consumer|provider)-item\.ts|adapters\/|ports\/)/u;

/** The folders that own the tables: they name attributes in writes, and read bookkeeping by its constants. */
const OWNERS = /^functions\/(?:records|operations|placement)\//u;

const BOUND = /^(?:functions|cli)\//u;

/** A name that compiles only as it is declared: a constant, or one of those that an operation has of its own. */
const DECLARED = /^\[(?:[A-Z_]+\]|hadBy\(|names\.)/u;

/**
 * Values of the folders that own the tables which are no items: filters, what is to be written, wire objects, amounts.
 */
const NO_ITEMS = new Set(
  (
    'actual beside changes data fields filters row set ' +
    'capacity flavor known onProvider request resources rest spec ' +
    'attributesOf difference fieldsOf mapOf'
  ).split(' '),
);

/** Reads by a literal name in those folders: of a variable, or of what a function answers. */
const LITERAL =
  /(?:\b(\w+)|\b(\w+)\((?:[^()]|\([^()]*\))*\)|[)\]])(?:\?\.)?(?<!\b[A-Z]\w*)\[\s*'(?!nova_object\.)[\w:]+'\s*\]/gu;

/** What makes a value an item: its type, or where it comes from. */
const ITEMS = [
  /\b(\w+)\??: (?:readonly )?Item\b(?!\[)/gu,
  /\b(?:const|let) (\w+) =\s+(?:await\s+)?\(?(?:await\s+)?[\w.#]*(?:tables\.get|storedInstance|findMigration|changeInstance|computeNodeOfHost)\(/gu,
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

function* literals(text: string): Generator<number> {
  for (const match of text.matchAll(LITERAL)) {
    const [, variable, called] = match;
    if (!NO_ITEMS.has(variable ?? called ?? '')) yield match.index + match[0].lastIndexOf('[');
  }
}

/** Where a file reads an item by the name of an attribute. */
function readsIn({ path, text }: SourceFile): readonly number[] {
  const reads = [...accesses(text)];
  if (!OWNERS.test(path)) return reads;
  return [...reads.filter((at) => !DECLARED.test(text.slice(text.indexOf('[', at)))), ...literals(text)];
}

/** Attributes of tables are read by typed readers. */
export const ITEM_ATTRIBUTES: HouseRule = {
  id: 'H128',
  says: 'an item is read by its reader in functions/records/items',
  violations: (file: SourceFile) => {
    if (!BOUND.test(file.path) || EXEMPT.test(file.path)) return [];
    const lines = new Set(readsIn(file).map((at) => lineOf(file.text, at)));
    return [...lines].map((line) => `${file.path}:${line} ${file.text.split('\n')[line - 1]?.trim()}`);
  },
};
