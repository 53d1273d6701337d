import { expect, it } from 'vitest';
import { orderFault } from '#local/fleet/order-fault';
import { parseEnvelope, requestEnvelope } from '#wire/envelope';
import type { RpcRequest } from '#wire/envelope';

/** An order with these arguments, none of which is anything. */
function order(method: string, version: string, ...names: string[]): RpcRequest {
  const context = {
    request_id: 'req',
    user_id: null,
    project_id: null,
    is_admin: true,
    read_deleted: 'no',
    timestamp: '',
  };
  const args = Object.fromEntries(names.map((name) => [name, null]));
  const parsed = parseEnvelope(requestEnvelope({ method, version, args, context, uniqueId: 'u' }));
  if (parsed.kind !== 'request') throw new Error('it is a reply');
  return parsed;
}

it.each([
  ['with all that it takes', order('shelve_instance', '6.0', 'instance', 'image_id', 'clean_shutdown', 'accel_uuids')],
  ['without what it may do without', order('stop_instance', '6.0', 'instance', 'clean_shutdown')],
  ['of 5.x without what came later', order('revert_resize', '5.0', 'instance', 'migration')],
  [
    'of 5.x by the names of then',
    order('resize_instance', '5.0', 'instance', 'image', 'migration', 'instance_type', 'clean_shutdown'),
  ],
])('an order %s is taken', (_, taken) => {
  const fault = orderFault(taken);

  expect(fault).toBeUndefined();
});

it.each([
  ['a method that nobody has', order('paint_instance', '6.0', 'instance'), 'it has no method paint_instance'],
  [
    'an argument that nobody has',
    order('start_instance', '6.0', 'instance', 'offload'),
    'start_instance takes no offload at 6.0',
  ],
  [
    'too few arguments',
    order('revert_resize', '6.0', 'instance', 'migration'),
    'revert_resize takes request_spec at 6.0',
  ],
  ['a version of the future', order('start_instance', '6.6', 'instance'), 'it speaks 5.13 and 6.5, not 6.6'],
  ['a version of the past', order('start_instance', '4.21', 'instance'), 'it speaks 5.13 and 6.5, not 4.21'],
  [
    'a method of a newer version',
    order('allow_share', '6.0', 'instance', 'share_mapping'),
    'allow_share came with 6.4, not with 6.0',
  ],
  [
    'an argument of a newer version',
    order('remove_volume_connection', '6.0', 'instance', 'volume_id', 'delete_attachment'),
    'remove_volume_connection takes no delete_attachment at 6.0',
  ],
])('an order of %s is refused', (_, refused, why) => {
  const fault = orderFault(refused);

  expect(fault).toBe(why);
});
