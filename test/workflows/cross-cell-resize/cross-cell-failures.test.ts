import { describe, expect, it } from 'vitest';
import { audit } from '#cli/audit/audit-rules';
import { auditFacts } from '#cli/audit/audit-facts';
import { PortBindingFailed } from '#errors';
import type { BehaviourKind } from '#local/fleet/behaviour';
import { instanceItem } from '#records/items/instance';
import {
  bindingsOf,
  cloudOf,
  crossing,
  equip,
  leaving,
  remains,
  SMALL,
  VOLUME,
  type Crossing,
} from '../../fixtures/crossing.ts';
import { operatorOf } from '../../fixtures/resized-across-cells.ts';

const config = { hostCallSeconds: 300 };

const UNDONE = [{ cell: 'cell1', hidden: false, state: 'active/null', host: 'host1' }];
const IN_ERROR = [{ cell: 'cell1', hidden: false, state: 'error/null', host: 'host1' }];

/** How one host carries out one order. */
const when =
  (method: string, kind: BehaviourKind) =>
  (order: { readonly method: string }): BehaviourKind =>
    order.method === method ? kind : 'build';

const DIES = { die: 'before-read' } as const;

describe('a resize across cells that fails', () => {
  it('ends before anything is done where computes are too old for it (XCELL-05)', async () => {
    const cloud = cloudOf({ config: { computeRpc: '5.4' } });
    const at = await crossing(cloud.options);
    await equip(at.moving, cloud);

    const error = await at.resize();

    expect(error?.name).toBe('MigrationPreCheckError');
    expect(at.copies()).toEqual(UNDONE);
    expect(await bindingsOf(at, cloud.ports)).toEqual([[['host1', 'ACTIVE']], [['host1', 'ACTIVE']]]);
    expect(await cloud.volumes.attachments(at.moving.context, at.moving.uuid, VOLUME)).toHaveLength(1);
    expect(at.moving.held()).toEqual(['host1']);
  });

  it('is refused by a network service that binds a port once, and notes that it was tried (XCELL-09)', async () => {
    const cloud = cloudOf({}, ({ ports }) => ({ networkPorts: { ...ports, hasBindings: async () => false } }));
    const at = await crossing(cloud.options);

    const error = await at.resize();

    expect(error?.message).toContain('binding-extended');
    expect(at.migrations()).toEqual([['cell1', 'error', true]]);
    expect(at.copies()).toEqual(UNDONE);
  });

  it('leaves the server as it was when a port cannot be bound (XCELL-10)', async () => {
    const cloud = cloudOf({}, ({ ports }) => ({
      networkPorts: {
        ...ports,
        bind: async (context, host, wanted) => {
          await ports.bind(context, host, wanted.slice(0, 1));
          await ports.unbind(context, wanted[0]?.portId ?? '', host);
          throw new PortBindingFailed({ port_id: wanted[1]?.portId ?? '' });
        },
      },
    }));
    const at = await crossing(cloud.options);
    await equip(at.moving, cloud);

    const error = await at.resize();

    expect(error?.name).toBe('MigrationPreCheckError');
    expect(at.copies()).toEqual(UNDONE);
    expect(await bindingsOf(at, cloud.ports)).toEqual([[['host1', 'ACTIVE']], [['host1', 'ACTIVE']]]);
    expect(at.moving.faultRecords).toHaveLength(1);
  });

  it('gives everything back when the destination refuses, and tries nobody else (XCELL-11)', async () => {
    const cloud = cloudOf({ behaviour: when('prep_snapshot_based_resize_at_dest', { fail: 'it is full' }) });
    const at = await crossing({ ...cloud.options, scheduler: () => [['host4', 'host2']] });
    await equip(at.moving, cloud);

    const error = await at.resize();

    expect(error?.message).toContain('it is full');
    expect(at.calls()).toEqual([['host4', 'prep_snapshot_based_resize_at_dest']]);
    expect(at.copies()).toEqual(UNDONE);
    expect(await bindingsOf(at, cloud.ports)).toEqual([[['host1', 'ACTIVE']], [['host1', 'ACTIVE']]]);
    expect(await cloud.volumes.attachments(at.moving.context, at.moving.uuid, VOLUME)).toHaveLength(1);
    expect(at.moving.held()).toEqual(['host1']);
    expect(await remains(at)).toEqual([]);
  });

  it('gives everything back when the destination does not answer (XCELL-12)', async () => {
    const behaviour = when('prep_snapshot_based_resize_at_dest', { delay: 900_000 });
    const at = await crossing({ behaviour, config });

    await at.resize();

    const [fault] = at.moving.faultRecords;
    expect(fault?.['message']).toContain('host4');
    expect(at.copies()).toEqual(UNDONE);
    expect(at.moving.held()).toEqual(['host1']);
  });

  it('leaves the server as it was when the source cannot stop its guest (XCELL-14)', async () => {
    const behaviour = when('prep_snapshot_based_resize_at_source', { fail: 'it runs on' });
    const at = await crossing({ behaviour });

    await at.resize();

    expect(at.copies()).toEqual(UNDONE);
    expect(instanceItem(at.moving.item).migration_context).toBeNull();
    expect(await remains(at)).toEqual([]);
  });

  it('leaves a server whose guest is gone in error, its ports bound where it was (XCELL-15)', async () => {
    const cloud = cloudOf({ behaviour: when('prep_snapshot_based_resize_at_source', { abort: 'its disk is lost' }) });
    const at: Crossing = await crossing({
      ...cloud.options,
      around: async (go, event) => {
        // The source has activated the destination's bindings by then.
        if (event.step === 'keep-departure')
          for (const { id } of await cloud.ports.ofInstance(at.moving.context, at.moving.uuid))
            await cloud.ports.activate(at.moving.context, id, 'host4');
        return go();
      },
    });
    await equip(at.moving, cloud);

    await at.resize();

    expect(at.copies()).toEqual(IN_ERROR);
    expect(await bindingsOf(at, cloud.ports)).toEqual([[['host1', 'ACTIVE']], [['host1', 'ACTIVE']]]);
  });

  it('ends in error with the failure that the destination answered when the guest cannot be started (XCELL-16)', async () => {
    const behaviour = when('finish_snapshot_based_resize_at_dest', { fail: 'no network' });
    const at = await crossing({ behaviour });

    await at.resize();

    expect(at.copies()).toEqual(IN_ERROR);
    expect(at.moving.faultRecords.map(({ message, host }) => [message, host])).toContainEqual(['no network', 'host4']);
    expect(at.calls().map(([, method]) => method)).not.toContain('revert_snapshot_based_resize_at_dest');
    expect(at.moving.held()).toEqual(['host1']);
    expect(await remains(at)).toEqual([]);
  });

  it('has a destination that does not answer take the guest away, whatever it saves later (XCELL-17)', async () => {
    const behaviour = when('finish_snapshot_based_resize_at_dest', { delay: 400_000 });
    const at = await crossing({ behaviour, config });

    await at.resize();

    expect(at.calls().at(-1)).toEqual(['host4', 'revert_snapshot_based_resize_at_dest']);
    expect(at.copies()).toEqual(IN_ERROR);
    const host4 = at.moving.of.world.fleet.computes.find(({ host }) => host === 'host4');
    expect(host4?.guests.has(at.moving.uuid)).toBe(false);
    expect(await remains(at)).toEqual([]);
  });

  it.each([
    ['fails', { fail: 'it hangs' }],
    ['does not answer in time', { delay: 400_000 }],
  ] as const)('keeps the copy until the guest is taken away where the destination %s', async (_title, first) => {
    let asked = 0;
    const kept = new Set<string>();
    const at: Crossing = await crossing({
      config,
      around: (go, event) => {
        if (event.step === 'take-away-again') for (const { cell } of at.copies()) kept.add(cell);
        return go();
      },
      behaviour: ({ method }) => {
        if (method === 'finish_snapshot_based_resize_at_dest') return { delay: 400_000 };
        return method === 'revert_snapshot_based_resize_at_dest' && (asked += 1) === 1 ? first : 'build';
      },
    });

    const error = await at.resize();

    expect(error?.name).toBe('MessagingTimeout');
    const host4 = at.moving.of.world.fleet.computes.find(({ host }) => host === 'host4');
    expect(host4?.guests.has(at.moving.uuid)).toBe(false);
    expect([...kept]).toEqual(['cell1', 'cell2']);
    expect(
      at
        .calls()
        .slice(-2)
        .map(([, method]) => method),
    ).toEqual(['revert_snapshot_based_resize_at_dest', 'revert_snapshot_based_resize_at_dest']);
    expect(at.copies()).toEqual(IN_ERROR);
    expect(at.moving.held()).toEqual(['host1']);
    expect(host4?.troubles).toEqual([]);
    expect(await remains(at)).toEqual([]);
  });

  it.each(['keep-arrival', 'switch-cell'])(
    'is carried out where %s of ours fails for good once the guest runs',
    async (step) => {
      const at = await crossing({
        config,
        around: (go, event) => (event.step === step ? Promise.reject(new TypeError('x is not a function')) : go()),
      });

      await at.resize();

      expect(at.copies()).toEqual([
        { cell: 'cell1', hidden: true, state: 'active/resize_migrated', host: 'host1' },
        { cell: 'cell2', hidden: false, state: 'resized/null', host: 'host4' },
      ]);
      expect(at.mappedTo()).toBe('cell2');
      expect(at.calls().map(([, method]) => method)).not.toContain('revert_snapshot_based_resize_at_dest');
      expect(at.moving.faultRecords).toEqual([]);
    },
  );

  it('is named by audit with the host that is to take the guest away, and nothing of it is healed meanwhile', async () => {
    const at = await crossing({ behaviour: when('finish_snapshot_based_resize_at_dest', DIES), config });
    const { of, uuid } = at.moving;
    await at.moving.send({ flavor: SMALL, spec: leaving() });
    for (let waited = 0; waited < 4; waited += 1) await of.clock.advance(500_000);

    const findings = audit(await auditFacts(operatorOf(of)));

    expect(findings).toEqual([
      {
        rule: 'unfinished-resize',
        subject: uuid,
        text: `server ${uuid} could not be resized across cells: cell2 keeps a hidden copy of it until host4 has taken its guest away`,
        advice:
          'start host4, or see why it does not answer: it is ordered once an hour; conductor host down host4 where it never comes back',
      },
    ]);
  });

  it('goes on with its undo where a service refuses a part of it (XCELL-18)', async () => {
    const cloud = cloudOf(
      { behaviour: when('prep_snapshot_based_resize_at_dest', { fail: 'it is full' }) },
      ({ ports }) => ({
        networkPorts: {
          ...ports,
          unbind: async (_context, port_id) => {
            throw new PortBindingFailed({ port_id });
          },
        },
      }),
    );
    const at = await crossing(cloud.options);
    await equip(at.moving, cloud);

    await at.resize();

    expect(at.copies()).toEqual(UNDONE);
    expect(await cloud.volumes.attachments(at.moving.context, at.moving.uuid, VOLUME)).toHaveLength(1);
    expect(at.moving.of.platform.log.lines.map(({ message }) => message)).toContain(
      'a binding of the destination stays',
    );
  });

  it('can be tried again after it has failed (XCELL-13)', async () => {
    let tries = 0;
    const at = await crossing({
      behaviour: ({ method }) =>
        method === 'prep_snapshot_based_resize_at_dest' && (tries += 1) === 1 ? { fail: 'it is full' } : 'build',
    });
    await at.resize();
    await at.moving.change({ task_state: 'resize_prep' });
    await at.moving.begin('resize', 'req-again');

    const error = await at.again('req-again');

    expect(error).toBeNull();
    expect(at.mappedTo()).toBe('cell2');
  });

  it('gives way to a deletion, and leaves nothing in the other cell, the guest that runs there included', async () => {
    const at: Crossing = await crossing({
      around: async (go, event) => {
        if (event.step === 'switch-cell') await at.moving.change({ task_state: 'deleting', 'op:deletion': true });
        return go();
      },
    });

    await at.resize();

    expect(at.copies()).toEqual([{ cell: 'cell1', hidden: false, state: 'active/deleting', host: 'host1' }]);
    expect(at.mappedTo()).toBe('cell1');
    expect(at.calls().at(-1)).toEqual(['host4', 'revert_snapshot_based_resize_at_dest']);
    const host4 = at.moving.of.world.fleet.computes.find(({ host }) => host === 'host4');
    expect(host4?.guests.has(at.moving.uuid)).toBe(false);
    expect(host4?.troubles).toEqual([]);
  });
});
