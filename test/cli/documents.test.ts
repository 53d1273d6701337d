import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { drawMachine } from '#cli/inventory/drawing';
import { CommandFailure } from '#cli/deployment/failure';
import { definitionOf } from '#statemachines/definitions';
import { runbookSections } from '../../lib/constructs/runbook-alarm.ts';
import { commandsIn, DOCUMENTS } from '../documents/examples.ts';
import { run } from './local-deployment.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const UNDERSTOOD = 99;

/** Reaches nothing: whatever gets this far was understood. */
const nowhere = {
  target: () => Promise.reject(new CommandFailure('understood', UNDERSTOOD)),
  readFile: () => Promise.reject(new Error('no file')),
};

/** A state's line of a drawing: its name and what may follow, without where the execution has been. */
const withoutVisits = (line: string): string =>
  line
    .slice(4)
    .replace(/ ×\d+/u, '')
    .replace(/ {2}\(.*?\)/u, '');

describe('documents', () => {
  it.each(DOCUMENTS)('%s names only commands that exist', async (file) => {
    const lines = commandsIn(file);

    const ran = await Promise.all(
      lines.map(async (line) => ({ line, ...(await run(line.slice('conductor '.length), nowhere)) })),
    );

    // A subcommand that is named without its arguments exists as well.
    const wrong = ran.filter(
      ({ exitCode, err }) => exitCode === 2 && !/missing required argument|required option/u.test(err),
    );
    expect(wrong.map(({ line, err }) => `${line}: ${err}`)).toEqual([]);
  });

  it('the walkthrough draws the launch workflow as it is', () => {
    const text = readFileSync(`${ROOT}docs/walkthrough.md`, 'utf8');
    const definition = definitionOf('launch');

    const drawings = [...text.matchAll(/(?:^ {2}[✓✗▶·] .*\n)+/gmu)].map(([drawing]) =>
      drawing.trimEnd().split('\n').map(withoutVisits),
    );

    const machine = drawMachine(definition, [], 'SUCCEEDED', 0).map(withoutVisits);
    expect(new Set(drawings.map((drawing) => drawing.join('\n')))).toEqual(new Set([machine.join('\n')]));
  });

  it.each([...runbookSections()])(
    'section %s of the runbook says what it means, how to look and what to do',
    (section) => {
      const text = readFileSync(`${ROOT}docs/runbook.md`, 'utf8');
      const sections = text.split(/^## /gmu).slice(1);

      const body = sections.find((each) => each.split('\n')[0]?.toLowerCase().replaceAll(' ', '-') === section) ?? '';

      expect(body).toMatch(/\*\*What it means\.\*\*[^]*\*\*How to look\.\*\*[^]*\*\*What to do\.\*\*/u);
      expect(body).toContain('conductor ');
    },
  );
});
