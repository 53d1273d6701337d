import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Brings a folder in line with what was generated, or with `--check` only says what differs and fails.
 * `command` is what a person runs to mend it.
 */
export function settleFiles(folder: string, wanted: ReadonlyMap<string, string>, command: string): void {
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const left = there.filter((file) => !wanted.has(file));
  const stale = [...wanted].filter(
    ([file, text]) => !there.includes(file) || readFileSync(`${folder}${file}`, 'utf8') !== text,
  );
  if (process.argv.includes('--check')) {
    const wrong = [...stale.map(([file]) => file), ...left];
    if (wrong.length === 0) return;
    console.error(`${folder} is not up to date (${wrong.join(', ')}): run "${command}"`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(folder, { recursive: true });
  for (const file of left) rmSync(`${folder}${file}`);
  for (const [file, text] of stale) writeFileSync(`${folder}${file}`, text);
  console.log(`${folder}: ${stale.length} of ${wanted.size} files written, ${left.length} removed`);
}

/** The same for one page. */
export function settlePage(page: string, text: string, command: string): void {
  const isCurrent = existsSync(page) && readFileSync(page, 'utf8') === text;
  if (!process.argv.includes('--check')) {
    writeFileSync(page, text);
    console.log(`${page} is written`);
  } else if (isCurrent) {
    console.log(`${page} is up to date`);
  } else {
    console.error(`${page} is not up to date: run "${command}"`);
    process.exitCode = 1;
  }
}
