import { describe, expect, it } from 'vitest';
import { IMPORT_BORDERS } from './import-borders.ts';
import { sourceFile, sourceFiles } from './source-tree.ts';

/** For each rule a file that breaks it, and one that comes close and does not. */
const EXAMPLES: readonly (readonly [id: string, path: string, breaks: string, keeps: string])[] = [
  ['H101', 'lib/app.ts', '../functions/errors.ts', './names.ts'],
  ['H102', 'functions/rpc/reply.ts', '../../lib/names.ts', './envelope.ts'],
  ['H103', 'functions/conductor/settled.ts', '#ports/clock', '#objects/instance'],
  ['H104', 'functions/adapters/sqs/queues.ts', '#workflows/build/state', '#ports/queues'],
  ['H106', 'functions/client/publish.ts', '#adapters/dynamodb/tables', '#adapters/sqs/queues'],
  ['H107', 'functions/ports/tables.ts', '@aws-sdk/client-dynamodb', './conditions.ts'],
  ['H108', 'functions/objects/instance.ts', '#rpc/envelope', './base.ts'],
  ['H109', 'functions/workflows/build/bury.ts', '#wiring', '#ports/tables'],
  ['H110', 'functions/rpc/dispatch.ts', '#adapters/sfn/executions', './methods/build-instances.ts'],
  ['H111', 'functions/adapters/sfn/invoke.ts', '@aws-sdk/client-lambda', '@aws-sdk/client-sfn'],
  ['H112', 'functions/reconciler/handler.ts', '#local/demo', '#wiring'],
  ['H113', 'functions/reconciler/stalled.ts', '@aws-sdk/client-sqs', '#ports/queues'],
  ['H114', 'functions/workflows/build/handler.ts', '#workflows/launch/state', '#workflows/build/state'],
];

describe('import borders', () => {
  it.each(EXAMPLES)('%s catches what crosses the border in %s', (id, path, breaks, keeps) => {
    const rule = IMPORT_BORDERS.find((border) => border.id === id);

    const found = rule?.violations(sourceFile(path, `import { a } from '${breaks}';\nimport b from "${keeps}";`));

    expect(found).toHaveLength(1);
  });

  it('H109 leaves the wiring to the handler, and H112 the embedded world to the command line', () => {
    const handler = sourceFile('functions/workflows/build/handler.ts', "import { wiring } from '#wiring';");
    const command = sourceFile('functions/cli/demo.ts', "await import('#local/demo');");

    expect(IMPORT_BORDERS.flatMap((rule) => rule.violations(handler))).toEqual([]);
    expect(IMPORT_BORDERS.flatMap((rule) => rule.violations(command))).toEqual([]);
  });

  it('H103 lets types of ports through', () => {
    const typed = sourceFile('functions/conductor/settled.ts', "import type { Json } from '#ports/json';");

    expect(IMPORT_BORDERS.flatMap((rule) => rule.violations(typed))).toEqual([]);
  });

  it('have an example each and a number of their own', () => {
    const ids = IMPORT_BORDERS.map((rule) => rule.id);

    expect(ids).toEqual(EXAMPLES.map(([id]) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(IMPORT_BORDERS)('$id holds: $says', (rule) => {
    expect(sourceFiles().flatMap((file) => rule.violations(file))).toEqual([]);
  });
});
