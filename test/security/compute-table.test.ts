import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { mayOrderPeer, peerOrders, type Move } from '#conductor/peer-orders';
import { FakeCompute } from '#local/fleet/fake-compute';
import { ORDERS } from '#local/fleet/orders';
import { mayOrder } from '#local/fleet/peers';
import { newObject } from '#wire/wire';
import type { JsonMap } from '#ports/json';
import { requestEnvelope, type RpcRequest } from '#wire/envelope';
import { plainText } from '#wire/reading';
import { easygoing } from '../local/fleet/scripted-host.ts';
import { ScriptedConductor } from '../local/fleet/scripted-conductor.ts';

/** What computes order each other, and which end of the move carries it out. */
const PEERS: Readonly<Record<string, 'source' | 'destination' | 'both'>> = {
  check_can_live_migrate_source: 'source',
  check_instance_shared_storage: 'both',
  confirm_resize: 'source',
  drop_move_claim_at_destination: 'destination',
  finish_resize: 'destination',
  finish_revert_resize: 'source',
  post_live_migration_at_destination: 'destination',
  pre_live_migration: 'destination',
  remove_volume_connection: 'destination',
  resize_instance: 'source',
  rollback_live_migration_at_destination: 'destination',
};

/** Every other method of the compute RPC, versions 5.0 to 6.5: the conductor and the API order it. */
const OTHERS = `
  add_aggregate_host add_fixed_ip_to_instance allow_share attach_interface attach_volume backup_instance
  build_and_run_instance cache_images change_instance_metadata check_can_live_migrate_destination
  confirm_snapshot_based_resize_at_source deny_share detach_interface detach_volume external_instance_event
  finish_revert_snapshot_based_resize_at_source finish_snapshot_based_resize_at_dest get_console_output
  get_diagnostics get_host_uptime get_instance_diagnostics get_mks_console get_rdp_console get_serial_console
  get_spice_console get_vnc_console host_maintenance_mode host_power_action inject_network_info live_migration
  live_migration_abort live_migration_force_complete pause_instance prep_resize prep_snapshot_based_resize_at_dest
  prep_snapshot_based_resize_at_source quiesce_instance reboot_instance rebuild_instance
  refresh_instance_security_rules remove_aggregate_host remove_fixed_ip_from_instance rescue_instance
  reserve_block_device_name reset_network restore_instance resume_instance revert_resize
  revert_snapshot_based_resize_at_dest set_admin_password set_host_enabled shelve_instance shelve_offload_instance
  snapshot_instance soft_delete_instance start_instance stop_instance supports_resize_with_qos_port suspend_instance
  swap_volume terminate_instance trigger_crash_dump unpause_instance unquiesce_instance unrescue_instance
  unshelve_instance validate_console_port volume_snapshot_create volume_snapshot_delete`
  .trim()
  .split(/\s+/u);

const METHODS = [...Object.keys(PEERS), ...OTHERS].toSorted();

const RUNNING: Move = { status: 'running', source_compute: 'host1', dest_compute: 'host2' };
const OVER: Move = { ...RUNNING, status: 'confirmed' };

const takes = (method: string, end: 'source' | 'destination'): boolean => [end, 'both'].includes(PEERS[method] ?? '');

/** Who orders whom in which move, and whether that is carried out. */
const RELATIONS: readonly [
  who: string,
  speakers: readonly string[],
  host: string,
  moves: readonly Move[],
  may: (method: string) => boolean,
][] = [
  ['the destination of a move orders its source', ['host2'], 'host1', [RUNNING], (method) => takes(method, 'source')],
  [
    'the source of a move orders its destination',
    ['host1'],
    'host2',
    [RUNNING],
    (method) => takes(method, 'destination'),
  ],
  [
    'a bridge of both ends orders the source',
    ['host3', 'host2'],
    'host1',
    [RUNNING],
    (method) => takes(method, 'source'),
  ],
  ['a host orders one whose server has no move', ['host2'], 'host1', [], () => false],
  ['a host that the move does not name orders its source', ['host3'], 'host1', [RUNNING], () => false],
  ['a host that the move does not name orders its destination', ['host3'], 'host2', [RUNNING], () => false],
  ['a host of another cell orders the source', ['host4'], 'host1', [RUNNING], () => false],
  ['a stranger, who stands for no host, orders the source', [], 'host1', [RUNNING], () => false],
  ['a stranger orders the destination', [], 'host2', [RUNNING], () => false],
  ['an end of a move orders a host that it does not name', ['host1'], 'host3', [RUNNING], () => false],
  ['the source of a move that is over orders its destination', ['host1'], 'host2', [OVER], () => false],
  ['the destination of a move that is over orders its source', ['host2'], 'host1', [OVER], () => false],
  [
    'a candidate orders the source before one is named',
    ['host3'],
    'host1',
    [{ ...RUNNING, dest_compute: null }],
    (method) => method === 'check_can_live_migrate_source',
  ],
];

describe.each(RELATIONS)('%s', (_who, speakers, host, moves, may) => {
  it.each(METHODS)('%s', (method) => {
    expect(mayOrderPeer({ method, speakers, host }, moves)).toBe(may(method));
  });
});

describe('the compute RPC', () => {
  it('has no method that is listed nowhere or twice, and no other is carried out by a fake host', () => {
    expect(new Set(METHODS).size).toBe(METHODS.length);
    expect(peerOrders.toSorted()).toEqual(Object.keys(PEERS).toSorted());
    expect(Object.keys(ORDERS).filter((method) => !METHODS.includes(method))).toEqual([]);
  });
});

const CONTEXT = {
  request_id: 'req-1',
  user_id: null,
  project_id: null,
  is_admin: true,
  read_deleted: 'no',
  timestamp: '',
};

const order = (method: string): RpcRequest => ({
  kind: 'request',
  method,
  namespace: null,
  version: '6.0',
  args: { instance: newObject('Instance', '2.7', { uuid: 'u' }) },
  context: CONTEXT,
  uniqueId: method,
  reply: undefined,
  timeout: undefined,
});

describe.each([
  ['the conductor', undefined, () => true],
  ['an API service', 'nova-api', () => true],
  ['the other end of the move', 'host:host2', (method: string) => takes(method, 'source')],
  ['another host', 'host:host3', () => false],
] as const)('a fake host carries out what %s orders', (_who, sender, may) => {
  const move = { status: 'running', source_compute: 'host1', dest_compute: 'host2' };
  const proxy = {
    mayOrder: async (_context: unknown, { host, sender: who, method, instance_uuid }: JsonMap) =>
      host === 'host1' &&
      instance_uuid === 'u' &&
      mayOrderPeer({ method: plainText(method), speakers: [plainText(who).replace('host:', '')], host }, [move]),
  };

  it.each(METHODS)('%s', async (method) => {
    const message = { id: 'm', body: '', attributes: sender === undefined ? {} : { sender } };

    expect(await mayOrder({ proxy }, message, order(method), 'host1')).toBe(may(method));
  });
});

describe('an order that a fake host refuses', () => {
  it('is counted and logged, with who sent it, and is not carried out', async () => {
    const conductor = new ScriptedConductor((request) =>
      request.method === 'may_order' ? { result: false } : easygoing(request),
    );
    const log = new MemoryLog();
    const { bus, clock, ids } = conductor;
    const compute = new FakeCompute({ bus, clock, ids, log }, { host: 'host1', cell: 'cell1', heartbeatSeconds: 0 });
    await compute.start();

    for (const method of ['terminate_instance', 'resize_instance']) {
      const { version, args, context } = order(method);
      const body = requestEnvelope({ method, version, args, context, uniqueId: method });
      await bus.send(compute.queue, { body, attributes: { sender: 'host:host3' } });
    }
    await clock.advance(1000);

    expect(compute.received).toEqual([]);
    expect(log.counts.get('orders_refused')).toBe(2);
    expect(log.lines.map(({ fields }) => [fields['method'], fields['sender']])).toEqual([
      ['terminate_instance', 'host:host3'],
      ['resize_instance', 'host:host3'],
    ]);
  });
});
