import { describe, expect, it } from 'vitest';
import { mayOrderPeer, peerOrders, withoutInstance, type Move } from '#conductor/peer-orders';

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

  it.each(['host1', 'host2'])('asks for a file of a shared storage at either end of a move: at %s', (host) => {
    const method = 'check_instance_shared_storage';
    const by = (speaker: string) => mayOrderPeer({ method, speakers: [speaker], host }, [MOVE]);

    expect(['host1', 'host2', 'host3'].filter(by)).toEqual([host === 'host1' ? 'host2' : 'host1']);
    expect(peerOrders.filter(withoutInstance)).toEqual([method]);
  });

  it.each(RECORDED)('%s is dropped from a third host, which is no end of the move', (method, speaker) => {
    expect(mayOrderPeer({ method, speakers: [speaker], host: 'host3' }, [MOVE])).toBe(false);
  });

  it('is carried out by one move that is under way among others that are over', () => {
    const order = { method: 'finish_resize', speakers: ['host1'], host: 'host2' };

    expect(mayOrderPeer(order, [{ ...MOVE, status: 'error' }, MOVE])).toBe(true);
  });

  it('of a candidate before it is named is its question, and nothing else', () => {
    const candidates = [{ ...MOVE, dest_compute: null }];

    const may = peerOrders.filter((method) => mayOrderPeer({ method, speakers: ['host3'], host: 'host1' }, candidates));

    expect(may).toEqual(['check_can_live_migrate_source']);
  });

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
