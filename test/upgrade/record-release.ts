import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { MemoryTables } from '#adapters/memory/tables';
import { storedFor } from '#adapters/packing/packed-item';
import type { KeptExecution } from '#local/runner/kept-execution';
import manifest from '../../package.json' with { type: 'json' };
import { exportLine } from './export-line.ts';
import { KEY, LARGE, RELEASES, releaseWorld, slowFor, SMALL, type LeftWorld } from './release-world.ts';
import { stateTemplates } from './state-templates.ts';

/*
 * `npm run record-release` records what a deployment of this release has: its tables as DynamoDB exports them, its
 * executions, some of them under way, and the templates of the stacks that hold state. Run once for a release, right
 * before it is tagged (docs/releasing.md).
 */

/** Has servers in the states that an upgrade meets, and leaves two of them under way. */
async function leftWorld(): Promise<{ readonly left: LeftWorld; readonly tables: ReturnType<MemoryTables['dump']> }> {
  const executions = new Map<string, string>();
  const journal = {
    read: () => [],
    keep: (each: KeptExecution) => void executions.set(each.executionArn, JSON.stringify(each)),
  };
  const kept = { now: Date.parse('2026-11-29T10:00:00Z'), key: KEY, journal, tables: new Map<string, never>() };
  const { world, user, uuid, build, ask } = await releaseWorld({
    kept,
    behaviour: slowFor({ building: 'build_and_run_instance', moving: 'live_migration' }),
  });
  await build(SMALL, ['runs', 'moving', 'resized', 'shelved', 'doomed', 'gone'], 60);
  await build({ ...SMALL, rootGb: 5000 }, ['refused'], 60);
  await ask(user.resize(uuid('resized'), LARGE));
  await world.clock.advance(60_000);
  await ask(user.shelve(uuid('shelved'), { kept: true }));
  await ask(user.delete(uuid('gone')));
  await world.clock.advance(60_000);
  await user.liveMigrate(uuid('moving'), null);
  await build(SMALL, ['building'], 30);
  const left = [...executions.values()].map((text): KeptExecution => JSON.parse(text));
  return { left: { now: world.clock.now(), executions: left }, tables: world.platform.tables.dump() };
}

const folder = new URL(`${manifest.version}/`, RELEASES);
rmSync(folder, { recursive: true, force: true });
mkdirSync(new URL('tables/', folder), { recursive: true });
mkdirSync(new URL('templates/', folder), { recursive: true });
const { left, tables } = await leftWorld();
writeFileSync(new URL('executions.json', folder), `${JSON.stringify(left)}\n`);
for (const [table, items] of Object.entries(tables))
  writeFileSync(new URL(`tables/${table}.jsonl`, folder), items.map((item) => exportLine(storedFor(item))).join(''));
for (const [stack, template] of stateTemplates())
  writeFileSync(new URL(`templates/${stack}.json`, folder), `${JSON.stringify(template)}\n`);
console.log(`${left.executions.length} executions and ${Object.keys(tables).length} tables recorded`);
