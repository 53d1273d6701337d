import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startLocal, type SpawnedWorld } from './spawned-world.ts';

const UUID = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/u;
const PATIENCE = { timeout: 60_000, interval: 300 };

/** A command of the walkthrough, and what it prints there. */
interface Step {
  readonly line: string;
  readonly prints: string;
}

const STEPS: readonly Step[] = [...readFileSync('docs/walkthrough.md', 'utf8').matchAll(/^```\n(.*?)^```$/gmsu)]
  .flatMap(([, block = '']) => block.split(/^\$ /gmu).slice(1))
  .map((text) => {
    const [line = '', ...prints] = text.trimEnd().split('\n');
    return { line, prints: prints.join('\n') };
  });

/**
 * What is the same whenever the walk is done, however busy the machine is: not ids, times, counts of looks and which
 * states that takes, nor how wide a column is and which host comes first.
 */
const lasting = (text: string): string =>
  text
    .replaceAll(new RegExp(UUID, 'gu'), 'UUID')
    .replaceAll(/\b[\da-f]{32}\b/gu, 'HEX')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, 'TIME')
    .replaceAll(/(?:\d+ min )?\d+(?:\.\d+)? s\b/gu, 'SECONDS')
    .replaceAll(/ ×\d+|  \(for SECONDS\)/gu, '')
    .replaceAll(/^(?: +\+SECONDS| +… \d+ times more).*\n?/gmu, '')
    .replaceAll(/^ {2}[✓✗▶·] /gmu, '')
    .replaceAll(/ +/gu, ' ')
    .replaceAll(/^ /gmu, '')
    .trimEnd()
    .split('\n')
    .toSorted()
    .join('\n');

/** Names of servers and their ids, in the order in which they are found. */
const serversIn = (table: string): Map<string, string> =>
  new Map(
    [...table.matchAll(new RegExp(`^(${UUID.source}) +(\\S+)`, 'gmu'))].map(([, id = '', name = '']) => [name, id]),
  );

describe('the walkthrough', { timeout: 300_000 }, () => {
  let folder = '';
  let world: SpawnedWorld | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'walk-'));
  });
  afterEach(async () => {
    await world?.kill();
    rmSync(folder, { recursive: true });
  });

  it('prints what it says, command by command', async () => {
    const local = (world = await startLocal(folder, []));
    const servers = new Map<string, string>();
    let [request, isSwapped] = ['', false];
    const here = (text: string): string => {
      const own = isSwapped ? text.replaceAll(/\bhost([78])\b/gu, (_, nth) => (nth === '7' ? 'host8' : 'host7')) : text;
      return [...servers].reduce((changed, [there, found]) => changed.replaceAll(there, found), own);
    };
    const run = async ({ line, prints }: Step): Promise<string> => {
      const { out, err } = await local.conductor(here(line).replace(/^conductor /u, ''), request);
      for (const [name, there] of serversIn(prints)) {
        const found = serversIn(out).get(name);
        if (found !== undefined) servers.set(there, found);
      }
      // The scheduler may prefer the other one of the two hosts.
      if (servers.size === 1) isSwapped ||= /web-1 +cell3 +host7/u.test(out);
      const [found, said] = [lasting(out), lasting(here(prints))];
      if (found !== said) throw new Error(`${line}\n${found}\n${err}\n-- in place of\n${said}`);
      return line;
    };
    const done: string[] = [];

    for (const step of STEPS) {
      const [, name] = /npm run --silent request -- --name (\S+)/u.exec(step.line) ?? [];
      if (name !== undefined) {
        const made = await promisify(execFile)(process.execPath, [resolve('local/request.ts'), '--name', name]);
        request = made.stdout;
        done.push(step.line);
      } else if (/ (?:list|show|audit)\b/u.test(step.line)) done.push(await vi.waitFor(() => run(step), PATIENCE));
      else done.push(await run(step));
    }

    expect(done).toEqual(STEPS.map(({ line }) => line));
    expect(STEPS.length).toBeGreaterThan(35);
  });
});
