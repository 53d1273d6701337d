import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { localDeployment, run, type LocalDeployment, type Ran } from './local-deployment.ts';
import { everyLook } from './ran-commands.ts';

const HOST = 'host1';
const PK = `host#${HOST}`;

/** A line for each command that looks. */
const LINES: ReadonlyMap<string, string> = new Map([
  ['cell show', 'cell show cell1'],
  ['host show', `host show ${HOST}`],
  ['record show', `record show mappings ${PK}`],
  ['quota show', 'quota show p'],
  ['flavor show', 'flavor show tiny'],
  ['aggregate show', 'aggregate show rack'],
  ['image show', 'image show cirros'],
]);

/** What has to be there before it is shown needs a world in which something happened; others do not stop at nothing. */
const NEEDS_MORE: ReadonlySet<string> = new Set([
  'server show',
  'group show',
  'execution show',
  'dead-letter show',
  'fence show',
]);

const throttled = (): Error => Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });

describe('a command that looks again', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  beforeAll(async () => {
    local = await localDeployment();
    await local.conductor('flavor create tiny --vcpus 1 --ram 512 --disk 1');
    await local.conductor('aggregate create rack');
    await local.conductor('image create cirros --id cirros');
  }, 90_000);
  afterAll(() => local.stop());

  /** Looks three times; the second time nothing of the deployment can be asked. */
  async function watched(line: string): Promise<Ran> {
    const looks = { count: 1 };
    const reached = local.target(true);
    const target = new Proxy<DeploymentTarget>(reached, {
      get: (of, name, receiver): unknown => {
        if (looks.count === 2 && name !== 'endpoint') throw throttled();
        return Reflect.get(of, name, receiver);
      },
    });
    const again = async (): Promise<boolean> => {
      looks.count += 1;
      return looks.count <= 3;
    };
    return run(line, { target: async () => target, readFile: () => Promise.reject(new Error('no file')), again });
  }

  it.each(everyLook().filter((name) => !NEEDS_MORE.has(name)))('%s outlives an error that passes', async (name) => {
    const ran = await watched(`${LINES.get(name) ?? name} --watch 1 --json`);

    expect(ran.err).toBe('{"error":{"message":"ThrottlingException: Rate exceeded","exitCode":1}}');
    expect(ran.exitCode).toBe(0);
    const [first, ...others] = ran.out.split(/(?<=^[\]}]$|^\[\]$)\n/mu);
    expect(others).toHaveLength(1);
    expect(first).toMatch(/^[[{]/u);
  });

  it('prints tables on a screen of their own, and documents of YAML one after the other', async () => {
    const [table, yaml] = [await watched('cell list --watch'), await watched('cell list --watch --format yaml')];

    expect(table.out.split('\u001B[2J\u001B[H')).toHaveLength(3);
    expect(yaml.out.match(/^---$/gmu)).toHaveLength(2);
  });

  it('ends at once where there is nothing at the first look', async () => {
    const ran = await run('host show nobody --watch', {
      target: async () => local.target(true),
      readFile: () => Promise.reject(new Error('no file')),
      again: () => Promise.reject(new Error('it looks again')),
    });

    expect(ran).toMatchObject({ exitCode: 1, err: expect.stringContaining('there is no host nobody') });
  });
});
