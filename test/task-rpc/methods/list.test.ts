import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as messages from '#client/compute-task-messages';
import { STATE_MACHINES } from '#statemachines/definitions';
import { computeTask } from '#task-rpc/methods/list';

const METHODS = Object.keys(computeTask.methods);

const root = new URL('../../../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

const camelCase = (method: string): string =>
  method.replaceAll(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());

describe('a compute_task method', () => {
  it('leads to workflows that have a state machine', () => {
    const named = globSync('functions/task-rpc/methods/*.ts', { cwd: root }).flatMap((path) =>
      [...textOf(path).matchAll(/\bworkflow: '([\w-]+)'/gu)].map(([, workflow = '']) => ({ path, workflow })),
    );

    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ workflow }) => !STATE_MACHINES.includes(workflow))).toEqual([]);
  });

  it('can be sent by the client', () => {
    const unsent = METHODS.filter((method) => !Object.hasOwn(messages, camelCase(method))).map(
      (method) => `client/compute-task-messages.ts: export ${camelCase(method)}`,
    );

    expect(unsent).toEqual([]);
  });

  it('is shown to publishers, with the schema of its arguments', () => {
    const page = textOf('docs/publishing.md');

    const unlisted = METHODS.filter((method) => !page.includes(`(schemas/${method.replaceAll('_', '-')}.json)`)).map(
      (method) => `docs/publishing.md: a row for ${method}`,
    );

    expect(unlisted).toEqual([]);
  });
});
