import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floorOf, FLOORS, floorViolations } from './floors.ts';
import { sourceFile, sourceFiles } from './source-tree.ts';

/** A file, an import that its floor refuses, and one that comes close and is let through. */
const EXAMPLES: readonly (readonly [path: string, breaks: string, keeps: string])[] = [
  ['functions/ports/services.ts', '#records/keys', './tables.ts'],
  ['functions/records/keys.ts', '#records/methods/instance', '#ports/tables'],
  ['functions/scheduler/filters/capacity.ts', '#scheduler/manager', '#scheduler/facts/host-state'],
  ['functions/workflows/build/state.ts', '#wiring', '#ports/tables'],
  ['functions/workflows/build/build.lambda.ts', '#workflows/launch/state', '#wiring'],
  ['functions/records/save-record.ts', '#adapters/dynamodb/tables', '#conductor/time'],
  ['functions/conductor/settled.ts', '@aws-sdk/client-dynamodb', '#objects/instance/instance'],
  ['functions/reconciler/reconcile.ts', '#local/demo', 'node:crypto'],
  ['client/connect.ts', '#adapters/../records/keys', '#adapters/sqs/queues'],
  ['lib/app.ts', '../functions/wiring.ts', './names.ts'],
  ['lib/deployment.ts', '#ports/configuration', '#configuration/read'],
  ['functions/configuration/options.ts', '#ports/configuration', 'valibot'],
  ['cli/program.ts', '#local/emulation/world', '#client'],
];

describe('floors', () => {
  it.each(EXAMPLES)('of %s refuse %s and let %s through', (path, breaks, keeps) => {
    const refused = floorViolations(sourceFile(path, `import { a } from '${breaks}';`));
    const passed = floorViolations(sourceFile(path, `import { a } from '${keeps}';`));

    expect(refused).toHaveLength(1);
    expect(passed).toEqual([]);
  });

  it('let types of a port through to decisions, and nothing else of it', () => {
    const typed = sourceFile('functions/conductor/settled.ts', "import type { Json } from '#ports/json';");
    const valued = sourceFile('functions/conductor/settled.ts', "import { equals } from '#ports/conditions';");

    expect(floorViolations(typed)).toEqual([]);
    expect(floorViolations(valued)).toHaveLength(1);
  });

  it('hold: no import runs up', () => {
    expect(sourceFiles().flatMap(floorViolations)).toEqual([]);
  });

  it('hold every file of the house', () => {
    const outside = sourceFiles().filter(
      ({ path }) => !path.startsWith('test/') && !path.startsWith('scripts/') && floorOf(path) === -1,
    );

    expect(outside.map(({ path }) => path)).toEqual([]);
    expect(new Set(FLOORS.map(({ place }) => place)).size).toBe(FLOORS.length);
  });

  it('keep the clients of Lambda and IAM to the command: no function calls a function or asks for roles', () => {
    const deployed = sourceFiles().filter(({ path }) => /^(?:functions|client|statemachines)\//u.test(path));

    const callers = deployed.filter(({ imports }) =>
      imports.some((name) => /^@aws-sdk\/client-(?:lambda|iam)/u.test(name)),
    );

    expect(deployed.length).toBeGreaterThan(100);
    expect(callers.map(({ path }) => path)).toEqual([]);
  });

  it('have folders of 40 files at most', () => {
    const counts = new Map<string, number>();
    for (const { path } of sourceFiles()) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);

    expect([...counts].filter(([, count]) => count > 40)).toEqual([]);
  });
});
