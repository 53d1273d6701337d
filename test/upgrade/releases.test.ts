import { describe, expect, it } from 'vitest';
import { leftOver } from '../fixtures/ledger.ts';
import { recordedRelease, recordedReleases, releaseWorld, SMALL, type ReleaseWorld } from './release-world.ts';
import { recordedTemplates, replaced, stateTemplates, type StateTemplate } from './state-templates.ts';

const NAMES = ['runs', 'moving', 'resized', 'shelved', 'refused'];

const workflowOf = ({ stateMachineArn }: { readonly stateMachineArn: string }): string | undefined =>
  stateMachineArn.split(':nova-conductor-')[1];

const statesOf = ({ world, uuid }: ReleaseWorld): Record<string, unknown> =>
  Object.fromEntries(
    NAMES.map((name) => {
      const { vm_state, task_state = null } = world.server(uuid(name)).item;
      return [name, [vm_state, task_state]];
    }),
  );

describe.each(recordedReleases())('a deployment of %s goes on under the code of the tree', (version) => {
  const { left, kept } = recordedRelease(version);

  it('with what was under way, and with what is asked of its servers afterwards', async () => {
    const release = await releaseWorld({ kept, seed: 1 });
    const { world, user, uuid, ask } = release;
    await world.end();
    const settled = statesOf(release);
    const built = world.server(uuid('building')).item['vm_state'];

    await ask(user.confirmResize(uuid('resized')));
    await ask(user.unshelve(uuid('shelved')));
    await ask(user.liveMigrate(uuid('runs'), null));
    await ask(user.rebuild(uuid('moving')));
    await ask(user.delete(uuid('doomed')));
    await release.build(SMALL, ['new'], 60);
    await world.end();

    expect(left.executions.filter(({ status }) => status === 'RUNNING').map(workflowOf)).toEqual([
      'live-migrate',
      'launch',
    ]);
    expect((await world.executions()).filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
    // A host that starts anew ends the build that it was at, as a nova-compute does.
    expect(built).toBe('error');
    expect(settled).toEqual({
      runs: ['active', null],
      moving: ['active', null],
      resized: ['resized', null],
      shelved: ['shelved_offloaded', null],
      refused: ['error', null],
    });
    expect(statesOf(release)).toEqual({ ...settled, resized: ['active', null], shelved: ['active', null] });
  });

  it.each([...stateTemplates()])('and keeps every resource of %s that holds state', (stack, template) => {
    expect(replaced(recordedTemplates(version).get(stack) ?? {}, template)).toEqual([]);
  });
});

const table = (Properties: Readonly<Record<string, unknown>>): StateTemplate => ({
  Resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 'a', ...Properties } } },
});
const indexed = (...names: readonly string[]) =>
  table({ GlobalSecondaryIndexes: names.map((IndexName) => ({ IndexName, KeySchema: [IndexName] })) });

describe('an update of a template', () => {
  it.each<readonly [what: string, before: StateTemplate, after: StateTemplate, lost: readonly string[]]>([
    ['gives a table another name', table({}), table({ TableName: 'b' }), ['Table: TableName is another']],
    ['drops a table', table({}), { Resources: {} }, ['Table (AWS::DynamoDB::GlobalTable) is gone']],
    ['makes two indexes at once', indexed('x'), indexed('x', 'y', 'z'), ['Table: y, z come or go at once']],
    ['makes one index', indexed('x'), indexed('x', 'y'), []],
  ])('that %s is judged', (_, before, after, lost) => {
    expect(replaced(before, after)).toEqual(lost);
  });
});
