import { describe, expect, it } from 'vitest';
import { mayOrderPeer, peerOrders, type Move } from '#conductor/peer-orders';

const MOVE: Move = { status: 'running', source_compute: 'host1', dest_compute: 'host2' };

/** What computes were recorded to order each other. */
const RECORDED = [
  ['check_can_live_migrate_source', 'host2', 'host1'],
  ['pre_live_migration', 'host1', 'host2'],
  ['post_live_migration_at_destination', 'host1', 'host2'],
  ['resize_instance', 'host2', 'host1'],
  ['finish_resize', 'host1', 'host2'],
] as const;

describe('an order of another host', () => {
  it.each(RECORDED)('%s is carried out by the other end of a move that is under way', (method, speaker, host) => {
    const may = mayOrderPeer({ method, speakers: [speaker], host }, [MOVE]);

    expect(may).toBe(true);
  });

  it.each(RECORDED)('%s is dropped from a host that the move does not name', (method, _speaker, host) => {
    const may = mayOrderPeer({ method, speakers: ['host3'], host }, [MOVE]);

    expect(may).toBe(false);
  });

  it.each(RECORDED)('%s is dropped once the move is over', (method, speaker, host) => {
    const may = mayOrderPeer({ method, speakers: [speaker], host }, [{ ...MOVE, status: 'confirmed' }]);

    expect(may).toBe(false);
  });

  it.each(RECORDED)('%s is dropped at the wrong end', (method, speaker, host) => {
    const may = mayOrderPeer({ method, speakers: [host], host: speaker }, [MOVE]);

    expect(may).toBe(false);
  });

  it.each(['build_and_run_instance', 'terminate_instance', 'live_migration', 'rebuild_instance', 'prep_resize'])(
    '%s is dropped: only the conductor and the API order it',
    (method) => {
      const may = mayOrderPeer({ method, speakers: ['host1'], host: 'host2' }, [MOVE]);

      expect(peerOrders).not.toContain(method);
      expect(may).toBe(false);
    },
  );

  it.each(['completed', 'error', 'failed', 'cancelled'])(
    'of a live migration that is %s ends it at the destination, and begins nothing',
    (status) => {
      const ended = ['post_live_migration_at_destination', 'rollback_live_migration_at_destination'].map((method) =>
        mayOrderPeer({ method, speakers: ['host1'], host: 'host2' }, [{ ...MOVE, status }]),
      );
      const begun = mayOrderPeer({ method: 'pre_live_migration', speakers: ['host1'], host: 'host2' }, [
        { ...MOVE, status },
      ]);

      expect(ended).toEqual([status === 'completed', status !== 'completed']);
      expect(begun).toBe(false);
    },
  );

  it('that rolls a failed live migration back is carried out, and the question of a candidate before it is named', () => {
    const rolled = mayOrderPeer(
      { method: 'rollback_live_migration_at_destination', speakers: ['host1'], host: 'host2' },
      [{ ...MOVE, status: 'error' }],
    );
    const asked = mayOrderPeer({ method: 'check_can_live_migrate_source', speakers: ['host3'], host: 'host1' }, [
      { ...MOVE, dest_compute: null },
    ]);

    expect([rolled, asked]).toEqual([true, true]);
  });
});
