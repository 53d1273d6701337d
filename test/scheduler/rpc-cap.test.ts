import { describe, expect, it } from 'vitest';
import { cappedScheduler } from '#scheduler/rpc-cap';
import { BuildWorld } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { destinationRequest } from '../fixtures/request-spec.ts';
import { output, shelved, unshelve } from '../fixtures/shelved-server.ts';

const REFUSED = 'SelectionObjectsWithOldRPCVersionNotSupported';

describe('a scheduler whose RPC is capped', () => {
  it('RPC-12 below 4.5 is not asked: an unshelved server stays where it is, and its execution shows why', async () => {
    let cap: string | undefined;
    const at = await shelved(
      { offloaded: true },
      {
        adapt: (services) => ({
          ...services,
          scheduler: {
            selectDestinations: (asked) => cappedScheduler(services.scheduler, cap).selectDestinations(asked),
          },
        }),
      },
    );
    cap = '4.4';

    await unshelve(at);

    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(at.server.orders('unshelve_instance')).toEqual([]);
    expect(await output(at)).toMatchObject({ error: REFUSED });
  });

  it('RPC-12 by configuration has a new server buried with that fault', async () => {
    const world = await BuildWorld.boot({ config: { schedulerRpc: '4.4' } });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid)).toMatchObject({ cell: 'cell0', item: { vm_state: 'error' } });
    expect(world.beside(uuid, 'fault#')).toMatchObject([
      { message: expect.stringMatching(/before RPC version 4\.5; version 4\.4 requested/u) },
    ]);
    expect(world.orders()).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  it.each([undefined, '4.5', '5.0'])('at %s is asked as ever', async (version) => {
    const scheduler = { selectDestinations: () => Promise.resolve([]) };

    expect(cappedScheduler(scheduler, version)).toBe(scheduler);
    expect(await cappedScheduler(scheduler, version).selectDestinations(destinationRequest())).toEqual([]);
  });
});
