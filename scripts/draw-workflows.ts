import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawWorkflow } from './workflow-diagram.ts';

const DEFINITIONS = fileURLToPath(new URL('../statemachines/', import.meta.url));
const PAGES = fileURLToPath(new URL('../docs/workflows/', import.meta.url));
const SUFFIX = '.asl.json';

const workflows = readdirSync(DEFINITIONS)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .toSorted();

const pages = new Map(
  workflows.map((name) => [`${name}.md`, drawWorkflow(name, readFileSync(`${DEFINITIONS}${name}${SUFFIX}`, 'utf8'))]),
);
const drawn = existsSync(PAGES) ? readdirSync(PAGES) : [];
const left = drawn.filter((page) => !pages.has(page));
const stale = [...pages].filter(
  ([page, text]) => !drawn.includes(page) || readFileSync(`${PAGES}${page}`, 'utf8') !== text,
);

if (process.argv.includes('--check')) {
  const wrong = [...stale.map(([page]) => page), ...left];
  if (wrong.length > 0) {
    console.error(`docs/workflows is not what statemachines/ says (${wrong.join(', ')}): run "npm run diagrams"`);
    process.exitCode = 1;
  } else {
    console.log(`docs/workflows: ${pages.size} pages are up to date`);
  }
} else {
  mkdirSync(PAGES, { recursive: true });
  for (const page of left) rmSync(`${PAGES}${page}`);
  for (const [page, text] of stale) writeFileSync(`${PAGES}${page}`, text);
  console.log(`docs/workflows: ${stale.length} of ${pages.size} pages drawn anew, ${left.length} removed`);
}
