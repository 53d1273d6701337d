import { describe, expect, test } from 'vitest';
import type { WorldOptions } from '#local/emulation/world';
import type { Behaviour } from '#local/fleet/behaviour';
import { BuildWorld } from '../fixtures/build-world.ts';
import { plainText } from '#wire/reading';
import { leftOver } from '../fixtures/ledger.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { recordServers, sendBuild } from '../fixtures/recorded-servers.ts';
import { EVACUATE, outputOf, rebuild, running, stranded, type Rebuilt } from '../fixtures/rebuilt-server.ts';
import { output, shelved, unshelve, type Shelved } from '../fixtures/shelved-server.ts';

/** A step that breaks for good a minute later, when the hosts have done their work. */
class BreaksLate {
  clock: { sleep(milliseconds: number): Promise<void> } | undefined;
  broken = 0;
  readonly #step: string;

  constructor(step: string) {
    this.#step = step;
  }

  readonly around: NonNullable<WorldOptions['around']> = async (run, event) => {
    if (event.step !== this.#step || this.clock === undefined) return run();
    await this.clock.sleep(60_000);
    this.broken += 1;
    throw new TypeError('x is not a function');
  };
}

/** Hosts carry out the orders of one method in their own way. */
const carryingOut =
  (method: string, kind: ReturnType<Behaviour>): Behaviour =>
  (order) =>
    order.method === method ? kind : 'build';

/** Hosts that are done once the first look at them is over. */
const slowly = (method: string): Behaviour => carryingOut(method, { delay: 150_000 });

/** A world whose host is slow to build, and whose wait for it breaks once the host is done. */
async function slowBuilds() {
  const late = new BreaksLate('await-build');
  const world = await BuildWorld.boot({
    around: late.around,
    scheduler: () => [['host1']],
    behaviour: slowly('build_and_run_instance'),
  });
  late.clock = world.clock;
  return { late, world };
}

describe('a step of ours that breaks for good once the hosts are done', () => {
  test('leaves a server that was moved live as it is on its destination', async () => {
    const late = new BreaksLate('await-migration');
    const moving = await liveWorld({ around: late.around });
    late.clock = moving.of.clock;

    await moving.cast(SCHEDULED);

    expect(late.broken).toBe(1);
    expect([moving.state, moving.item['host']]).toEqual(['active/null', 'host2']);
    expect(moving.migrations.map(({ status }) => status)).toEqual(['completed']);
    expect(moving.faultRecords).toEqual([]);
    expect(moving.held()).toEqual(['host2']);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('leaves a server whose live migration failed on its source, running', async () => {
    const late = new BreaksLate('await-migration');
    const moving = await liveWorld({
      around: late.around,
      behaviour: carryingOut('live_migration', { fail: 'no network' }),
    });
    late.clock = moving.of.clock;

    await moving.cast(SCHEDULED);

    expect(late.broken).toBe(1);
    expect([moving.state, moving.item['host'], moving.held()]).toEqual(['active/null', 'host1', ['host1']]);
    expect(await leftOver(moving.of)).toEqual([]);
  });

  test('leaves a server that was resized for its user to confirm', async () => {
    const late = new BreaksLate('await-resize');
    const moving = await coldWorld({ around: late.around });
    late.clock = moving.of.clock;

    await moving.cast({ flavor: { id: 2, name: 'm1.small', memory_mb: 2048, root_gb: 20 } });

    expect(late.broken).toBe(1);
    expect([moving.state, moving.item['host']]).toEqual(['resized/null', 'host2']);
    expect(moving.migrations.map(({ status }) => status)).toEqual(['finished']);
    expect(moving.faultRecords).toEqual([]);
    expect(moving.storedSpec['flavor']).toMatchObject({ 'nova_object.data': { name: 'm1.small' } });
    expect(moving.held()).toEqual(['host2']);
  });

  test('leaves an unshelved server what it claims, and its event a success', async () => {
    const late = new BreaksLate('await-unshelve');
    const at: Shelved = await shelved(
      { offloaded: true },
      { around: late.around, behaviour: slowly('unshelve_instance') },
    );
    late.clock = at.world.clock;

    await unshelve(at);

    expect(late.broken).toBe(1);
    expect(at.server.state).toBe('active/null');
    expect(at.world.claims(at.server.uuid)).toEqual([at.server.item['host']]);
    expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', outcome: 'active' });
    expect(at.server.events(at.context)).not.toContainEqual(['conductor_unshelve_instance', 'Error']);
    expect(await leftOver(at.world)).toEqual([]);
  });

  test('leaves a server that was built as it is', async () => {
    const { late, world } = await slowBuilds();

    const { uuids } = await world.build();
    await world.end();

    expect(late.broken).toBe(1);
    expect(uuids.map((uuid) => [world.server(uuid).item['vm_state'], world.claims(uuid)])).toEqual([
      ['active', ['host1']],
    ]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('leaves a server that its API had recorded and that was built as it is', async () => {
    const { late, world } = await slowBuilds();
    const recorded = await recordServers(world, 1);

    await sendBuild(world, recorded);
    await world.end();

    const [uuid = ''] = world
      .items('cell-cell1')
      .flatMap(({ sk, uuid: each }) => (sk === 'instance' ? [plainText(each)] : []));
    expect(late.broken).toBe(1);
    expect([world.server(uuid).item['vm_state'], world.claims(uuid)]).toEqual(['active', ['host1']]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('leaves an evacuated server as it is on its destination', async () => {
    const late = new BreaksLate('await-rebuild');
    const at: Rebuilt = await stranded({
      around: late.around,
      behaviour: slowly('rebuild_instance'),
    });
    late.clock = at.world.clock;

    await rebuild(at, EVACUATE);

    expect(late.broken).toBe(1);
    expect(at.server.state).toBe('active/null');
    expect(at.server.faults).toEqual([]);
    expect(at.world.claims(at.server.uuid)).toEqual([at.server.item['host']]);
  });

  test('leaves a server that was rebuilt in place as it is, though it was the step that gave the order', async () => {
    const at: Rebuilt = await running({
      around: async (run, { step }) => {
        // The host is done before the failure is looked at.
        if (step === 'fail-rebuild') await at.world.clock.sleep(30_000);
        const answer = await run();
        if (step === 'rebuild-on-host') throw new TypeError('x is not a function');
        return answer;
      },
    });

    await rebuild(at, { host: at.server.item['host'] ?? null });

    expect(at.server.state).toBe('active/null');
    expect(await outputOf(at)).toMatchObject({ outcome: 'done' });
    expect(at.server.faults).toEqual([]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  test('leaves an unshelved server what it claims, though its user has stopped it since', async () => {
    const at: Shelved = await shelved(
      { offloaded: true },
      {
        around: async (run, { step }) => {
          // The host is done, and so is the next request, before the failure is looked at.
          if (step === 'clear-task') await at.world.clock.sleep(30_000);
          if (step === 'clear-task') await at.server.change({ vm_state: 'stopped' });
          const answer = await run();
          if (step === 'unshelve-on-host') throw new TypeError('x is not a function');
          return answer;
        },
      },
    );

    await unshelve(at);

    expect(at.server.state).toBe('stopped/null');
    expect(at.world.claims(at.server.uuid)).toEqual([at.server.item['host']]);
    expect(at.server.events(at.context)).toContainEqual(['schedule_instances', 'Success']);
  });
});
