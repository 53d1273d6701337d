/** Changes of one letter beyond which a name is another name. */
const MOST_CHANGES = 3;

/** The name that was probably meant; undefined where none is near. Case and dashes make no difference. */
export function closestName(given: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, changes: changesBetween(plain(given), plain(name)) }))
    .filter(({ name, changes }) => changes <= MOST_CHANGES && changes < name.length / 2);
  return near.toSorted((one, other) => one.changes - other.changes)[0]?.name;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/gu, '');

/** Levenshtein's distance: letters that are put in, left out or replaced. */
function changesBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [line, letter] of Array.from(from).entries()) {
    const next = [line + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
