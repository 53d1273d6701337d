import { isoSeconds } from '#conductor/time';
import { transitionPartition } from '#records/instance-index';
import { describe, expect, test } from 'vitest';
import { reconcileInstances } from '#reconciler/reconcile';
import type { Executions } from '#ports/executions';
import { instanceKey } from '#records/keys';
import { audit } from '#cli/audit/audit-rules';
import { auditFacts } from '#cli/audit/audit-facts';
import { operationState } from '#records/operation';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { crossing, leaving, SMALL } from '../fixtures/crossing.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { operatorOf } from '../fixtures/resized-across-cells.ts';
import { waits } from '../fixtures/building-instance.ts';
import { watching } from '../fixtures/watching.ts';

/** A server whose launch an operator stopped while host1 was at work, or dead. */
async function stopped(options: BuildWorldOptions, servers = 1) {
  const world = await BuildWorld.boot({ scheduler: () => ALTERNATES, ...options });
  const command = world.request(servers);
  await world.publish(command);
  await world.clock.advance(5000);
  const [launch] = await world.executions('launch');
  await world.world.runner.stopExecution({ executionArn: launch?.executionArn ?? '' });
  return { world, uuid: command.uuids[0] ?? '', stopped: launch?.name ?? '' };
}

/** Hosts for two servers, each with an alternate. */
const FOR_TWO = [
  ['host1', 'host2'],
  ['host2', 'host1'],
];

const NOTHING = { leave: 0, settle: 0, relaunch: 0, report: 0, release: 0 };

describe('the reconciler', () => {
  test('lets a build whose execution was stopped go on elsewhere, once however often it looks', async () => {
    const { world, uuid, ...launch } = await stopped({
      // What was chosen is known to the execution alone: the scheduler is asked for others.
      scheduler: (_request, asked) => (asked === 1 ? ALTERNATES : [['host2', 'host3']]),
      behaviour: (_order, attempt) => (attempt === 1 ? { die: 'mid-build' } : 'build'),
    });
    await world.clock.advance(600_000);

    expect(await reconcileInstances(world.services)).toMatchObject({ relaunch: 1 });
    await reconcileInstances(world.services);
    await world.end();

    expect(await world.executions('launch')).toHaveLength(2);

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
    expect(await leftOver(world, { failedExecutions: [launch.stopped] })).toEqual([]);
  });

  test('gives an order that was never given to the host that was chosen for it, of a server that was placed with others', async () => {
    let casts = 0;
    const around: BuildWorldOptions['around'] = async (run, { step }) =>
      step !== 'build-on-host' || (casts += 1) > 1 ? run() : {};
    const { world, uuid, ...launch } = await stopped({ scheduler: () => FOR_TWO, around }, 2);
    await world.clock.advance(600_000);
    await reconcileInstances(world.services);
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host1' });
    expect(world.orders(uuid)).toMatchObject([{ host: 'host1', attempt: 1 }]);
    expect(await leftOver(world, { failedExecutions: [launch.stopped] })).toEqual([]);
  });

  test('leaves a server alone that changed lately, or whose execution runs', async () => {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES, behaviour: () => ({ delay: 900_000 }) });
    const command = world.request();
    const [uuid = ''] = command.uuids;
    await world.publish(command);
    await world.clock.advance(5000);

    expect(await reconcileInstances(world.services)).toEqual(NOTHING);
    await world.clock.advance(600_000);
    expect(await reconcileInstances(world.services)).toEqual({ ...NOTHING, leave: 1 });
    const set = { updated_at: isoSeconds(world.clock.now()) };
    await world.platform.tables.update('cell-cell1', instanceKey(uuid), { set });
    expect(await reconcileInstances(world.services)).toEqual(NOTHING);
  });

  test.each(['deleting', 'soft-deleting'])('builds no server elsewhere that is %s', async (task_state) => {
    const { world, uuid } = await stopped({ behaviour: () => ({ die: 'mid-build' }) });
    await world.platform.tables.update('cell-cell1', instanceKey(uuid), { set: { task_state } });
    await world.clock.advance(600_000);

    expect(await reconcileInstances(world.services)).toEqual({ ...NOTHING, leave: 1 });
  });

  test('does nothing about a deleted server which the index still shows', async () => {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES });
    const [uuid = ''] = (await world.build()).uuids;
    const set = { deleted: true, lookup: transitionPartition(uuid) };
    await world.platform.tables.update('cell-cell1', instanceKey(uuid), { set });
    await world.clock.advance(600_000);

    expect(await reconcileInstances(world.services)).toEqual(NOTHING);
  });

  test('reports a server whose documents are gone, in the log and as a metric', async () => {
    const { world, uuid } = await stopped({ behaviour: () => ({ die: 'mid-build' }) });
    const { tables } = world.platform;
    for (const { pk, sk } of world.items('requests')) await tables.delete('requests', { pk, sk });
    await world.clock.advance(600_000);

    expect(await reconcileInstances(world.services)).toMatchObject({ report: 1 });
    expect(world.platform.log.counts.get('unowned_servers')).toBe(1);
    expect(world.platform.log.lines.at(-2)).toMatchObject({ level: 'warn', fields: { instance: uuid } });
  });

  test.each([0, 1])('reports a server of whose documents one is gone', async (gone) => {
    const { world } = await stopped({ behaviour: () => ({ die: 'mid-build' }) });
    const documents = world.items('requests').filter(({ sk }) => sk === 'document' || sk.startsWith('server#'));
    const { pk = '', sk = '' } = documents[gone] ?? {};
    await world.platform.tables.delete('requests', { pk, sk });
    await world.clock.advance(600_000);

    expect(documents).toHaveLength(2);
    expect(await reconcileInstances(world.services)).toMatchObject({ report: 1 });
  });

  test('reports a server of ours whose switch to another cell has failed for good, until a redrive carries it out', async () => {
    let mended = false;
    const at = await crossing({
      around: async (go, { step }) => {
        if (!mended && (step === 'switch-cell' || step === 'fence-destination'))
          throw Object.assign(new Error('no'), { name: 'AccessDenied' });
        return go();
      },
    });
    const { of, uuid } = at.moving;
    await at.moving.cast({ flavor: SMALL, spec: leaving() });
    await of.clock.advance(700_000);

    const { report } = await reconcileInstances(of.services);
    const found = audit(await auditFacts(operatorOf(of))).find(({ rule }) => rule === 'stuck-instance');
    mended = true;
    const [failed] = await of.executions('cross-cell-resize');
    await of.world.runner.redriveExecution({ executionArn: failed?.executionArn ?? '' });
    await of.end();

    expect(report).toBe(1);
    expect(found).toMatchObject({
      subject: uuid,
      advice: `conductor execution redrive cross-cell-resize/${failed?.name}`,
    });
    expect(at.copies().map(({ cell, hidden }) => [cell, hidden])).toEqual([
      ['cell1', true],
      ['cell2', false],
    ]);
  });

  test('ends the wait for a settled server which the index still shows', async () => {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES });
    const [uuid = ''] = (await world.build()).uuids;
    await world.clock.advance(600_000);
    const set = { lookup: transitionPartition(uuid) };
    const { item } = await world.platform.tables.update('cell-cell1', instanceKey(uuid), { set });
    const { owner, attempt } = operationState(item, 'launch');
    await waits(world.platform.tables, { operation: 'launch', uuid, execution: owner ?? '', token: 'left', attempt });
    const answered: string[] = [];
    const executions = watching<Executions>(world.services.executions, {
      status: async () => 'RUNNING',
      succeed: async (token, output) => void answered.push(`${token} ${JSON.stringify(output)}`),
    });

    expect(await reconcileInstances({ ...world.services, executions })).toMatchObject({ settle: 1 });
    expect(answered).toEqual(['left {"outcome":"active"}']);
  });
});
