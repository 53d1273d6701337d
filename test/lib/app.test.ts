import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Runs the app as the `cdk` command does, with a context. */
const synthesised = (context: object) =>
  spawnSync(process.execPath, ['lib/app.ts'], {
    encoding: 'utf8',
    env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ cells: ['cell1'], ...context }) },
  });

describe('a context that cannot be taken', () => {
  it.each([
    [{ stage: 'nope' }, 'context "stage" is "nope": there is no stages/nope.json; there are example\n'],
    [{ servicedowntime: 3 }, 'context "servicedowntime" is not a key of this app: did you mean "serviceDownTime"?\n'],
  ])('is named with its remedy and nothing else: %j', (context, says) => {
    const { status, stdout, stderr } = synthesised(context);

    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: says });
  });
});
