import { describe, expect, it } from 'vitest';
import { FILE_HABITS, NAME_HABITS } from './file-habits.ts';
import { namedPaths, sourceFile, sourceFiles } from './source-tree.ts';

const EXAMPLES: readonly (readonly [id: string, path: string, breaks: string, keeps: string])[] = [
  [
    'H122',
    'functions/rpc/index.ts',
    "/** All. */\nexport * from './a.ts';\n",
    "export * from './a.ts';\nexport const b = 1;",
  ],
  ['H123', 'test/rpc/reply.test.ts', "vi.mock('#wiring');", 'vi.fn();'],
  [
    'H126',
    'functions/ports/queues.ts',
    'export class Gone extends Error {}',
    "export class Gone extends Error {\n  override readonly name = 'Gone' as const;\n}",
  ],
  [
    'H127',
    'functions/workflows/build/recheck-quota.ts',
    'export const recheckQuota: Step<BuildState> = async () => ({});',
    'export async function recheckQuota(): Promise<LaunchingState> {}',
  ],
  ['H124', 'test/rpc/reply.test.ts', 'await new Promise((done) => setTimeout(done, 5));', 'clock.advance(5);'],
  ['H128', 'functions/rpc/batch.ts', '/** Settles (conductor.md 4). */', '/** Settles (docs/adr/0011-floors.md). */'],
];

describe('habits of a file', () => {
  it.each(EXAMPLES)('%s catches a violation in %s', (id, path, breaks, keeps) => {
    const rule = FILE_HABITS.find((habit) => habit.id === id);

    expect(rule?.violations(sourceFile(path, breaks))).toHaveLength(1);
    expect(rule?.violations(sourceFile(path, keeps))).toEqual([]);
  });

  it('have an example each', () => {
    expect(FILE_HABITS.map((rule) => rule.id)).toEqual(EXAMPLES.map(([id]) => id));
  });

  it.each(FILE_HABITS)('$id holds: $says', (rule) => {
    expect(sourceFiles().flatMap((file) => rule.violations(file))).toEqual([]);
  });
});

describe('habits of a name', () => {
  it.each([
    ['H121', 'functions/rpc/taskRpc.ts', 'docs/adr/README.md'],
    ['H125', 'functions/utils/text.ts', 'functions/rpc/reply.ts'],
  ])('%s catches %s', (id, breaks, keeps) => {
    const rule = NAME_HABITS.find((habit) => habit.id === id);

    expect(rule?.violation(breaks)).toBeDefined();
    expect(rule?.violation(keeps)).toBeUndefined();
  });

  it.each(NAME_HABITS)('$id holds: $says', (rule) => {
    expect(namedPaths().flatMap((path) => rule.violation(path) ?? [])).toEqual([]);
  });
});
