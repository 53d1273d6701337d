import { describe, expect, it } from 'vitest';
import { audit } from '#cli/audit/audit-rules';
import { auditFacts } from '#cli/audit/audit-facts';
import { healCopy } from '#cli/audit/heal-resizes';
import { reconcileInstances } from '#reconciler/reconcile';
import type { Executions } from '#ports/executions';
import { API } from '#records/keys';
import type { BuildWorldOptions } from '../fixtures/build-world.ts';
import { remains, type Crossing } from '../fixtures/crossing.ts';
import { change, claimsOf, operatorOf, resized, when } from '../fixtures/resized-across-cells.ts';
import { watching } from '../fixtures/watching.ts';
import { Users } from '../worlds/users.ts';
import { save } from '#local/fleet/build-site';
import { objectArgument } from '#local/fleet/order';
import type { OrderHandler } from '#local/fleet/orders';
import { terminateInstance } from '#local/fleet/terminate';

/** A server whose user deletes it while it is resized across cells; the reconciler has not looked yet. */
async function deleted(options: BuildWorldOptions = {}, meanwhile = async (_at: Crossing) => {}): Promise<Crossing> {
  const at = await resized(options);
  await meanwhile(at);
  await at.moving.of.clock.runUntil(new Users(at.moving.of).deleteServer(at.moving.uuid), 3_600_000);
  await at.moving.of.clock.advance(700_000);
  return at;
}

const round = async (at: Crossing) => {
  const counts = await reconcileInstances(at.moving.of.services);
  await at.moving.of.end();
  return counts;
};

/** A compute whose first deletion fails, which leaves the server in vm_state `error` without a task. */
function failsFirst(): OrderHandler {
  let asked = 0;
  return async (site, order, kind) => {
    asked += 1;
    if (asked > 1) return terminateInstance(site, order, kind);
    await save({ site, order, instance: objectArgument(order, 'instance') }, { vm_state: 'error', task_state: null });
  };
}

const copies = (at: Crossing) => at.copies().map(({ cell, hidden, state }) => [cell, hidden, state]);

const orphans = async (at: Crossing) =>
  audit(await auditFacts(operatorOf(at.moving.of))).filter(({ rule }) => rule === 'orphaned-copy');

describe('a copy of a server that is deleted', () => {
  it('is deleted by its host, once a round has found it, and nothing is left', async () => {
    const at = await deleted();
    const { migration } = await claimsOf(at);

    const counts = await round(at);

    expect(counts.release).toBe(1);
    expect(at.moving.orders('terminate_instance').map(({ host }) => host)).toEqual(['host4', 'host1']);
    expect(copies(at)).toEqual([
      ['cell1', true, 'deleted/null'],
      ['cell2', false, 'deleted/null'],
    ]);
    expect(at.migrations()).toEqual([
      ['cell1', 'error', true],
      ['cell2', 'finished', true],
    ]);
    expect([at.moving.held(), at.moving.held(migration)]).toEqual([[], []]);
    const usage = at.moving.of.items(API).find(({ pk, sk }) => pk === 'quota#p' && sk === 'usage');
    expect(usage).toMatchObject({ instances: 0, cores: 0, ram: 0 });
    expect((await remains(at)).filter((line) => !line.includes('request spec'))).toEqual([]);
  });

  it('is deleted at its destination as well, when a revert had failed there', async () => {
    const behaviour = when('revert_snapshot_based_resize_at_dest', { fail: 'it hangs' });
    const at = await deleted({ behaviour }, (resize) => resize.revert());

    const counts = await round(at);

    expect(counts.release).toBe(1);
    expect(copies(at)).toEqual([
      ['cell1', false, 'deleted/null'],
      ['cell2', true, 'deleted/null'],
    ]);
    const host4 = at.moving.of.world.fleet.computes.find(({ host }) => host === 'host4');
    expect(host4?.guests.has(at.moving.uuid)).toBe(false);
  });

  it('is ordered again of a host that has failed to delete it', async () => {
    const hosts = [
      { host: 'host1', cell: 'cell1', heartbeatSeconds: 10, orders: { terminate_instance: failsFirst() } },
      { host: 'host4', cell: 'cell2', heartbeatSeconds: 10 },
    ];
    const at = await deleted({ hosts });
    const { of } = at.moving;

    const first = await round(at);
    const failed = copies(at)[0];
    await of.clock.advance(700_000);
    const second = await round(at);
    await of.clock.advance(3_000_000);
    const third = await round(at);

    expect([first.release, second.release, third.release]).toEqual([1, 0, 1]);
    expect(failed).toEqual(['cell1', true, 'error/null']);
    expect(copies(at)[0]).toEqual(['cell1', true, 'deleted/null']);
  });

  it('is left alone while an execution is at work on it', async () => {
    const at = await deleted();
    await change(at, 'cell1', { 'op:revert-across-cells:owner': 'at-work' });
    const { services } = at.moving.of;
    const executions = watching<Executions>(services.executions, { status: async () => 'RUNNING' });

    const counts = await reconcileInstances({ ...services, executions });

    expect(counts.release).toBe(0);
    expect(copies(at)[0]).toEqual(['cell1', true, 'active/resize_migrated']);
  });

  it('is left alone while the server is there, deleted softly or waiting for its user', async () => {
    const at = await resized();
    await at.moving.of.clock.advance(700_000);

    const counts = await round(at);

    expect(counts.release).toBe(0);
    expect(copies(at)).toEqual([
      ['cell1', true, 'active/resize_migrated'],
      ['cell2', false, 'resized/null'],
    ]);
    expect(await orphans(at)).toEqual([]);
  });

  it('is ordered of a host that is down once an hour, named by audit, and ordered again by heal', async () => {
    const at = await deleted();
    const { of } = at.moving;
    of.world.fleet.host('host1').die();

    const first = await round(at);
    await of.clock.advance(700_000);
    const second = await round(at);
    const [found] = await orphans(at);
    const remedy = { kind: 'release-copy', cell: 'cell1', uuid: at.moving.uuid } as const;
    const healed = await healCopy(operatorOf(of), remedy);
    await of.clock.advance(3_700_000);
    const third = await round(at);

    expect([first.release, second.release, healed, third.release]).toEqual([1, 0, true, 1]);
    expect(found).toMatchObject({ subject: at.moving.uuid, remedy });
    expect(copies(at)[0]).toEqual(['cell1', true, 'active/deleting']);
  });
});
