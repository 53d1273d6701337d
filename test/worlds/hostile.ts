import { setFields } from '#wire/wire';
import type { WireObject } from '#ports/json';
import type { RequestContext } from '#ports/context';
import { cellQueue } from '#ports/host-queue';
import { replyEnvelope, requestEnvelope } from '#wire/envelope';

/** What hostile messages are made of. */
export interface Target {
  readonly context: RequestContext;
  /** In whose name they are sent. */
  readonly host: string;
  /** A server, of that host or of another. */
  readonly instance: WireObject;
}

/** A message as a stranger sends it, or a host that does what it may not. */
export interface HostileMessage {
  readonly queue: string;
  readonly body: string;
  readonly sender: string;
}

/** A principal of a host that has none of the servers. */
export const STRANGER = 'host:stranger';

/** What marks their dead letters. */
export const HOSTILE = 'hostile';

const CONDUCTOR = cellQueue('cell1');

const request = (method: string, args: Parameters<typeof requestEnvelope>[0]['args'], context: RequestContext) =>
  requestEnvelope({ method, version: method.startsWith('object') ? '3.0' : '1.20', args, context, uniqueId: HOSTILE });

/** An object's method that a host calls for no answer. */
const action = ({ context }: Target, objinst: WireObject, objmethod: string): string =>
  request('object_action', { objinst, objmethod, args: [], kwargs: {} }, context);

/** What is sent; none of it may change anything of a server whose host did not send it. */
const MESSAGES: readonly ((target: Target) => HostileMessage)[] = [
  ({ host }) => ({ queue: CONDUCTOR, body: `${HOSTILE}: no JSON`, sender: `host:${host}` }),
  ({ host }) => ({ queue: 'compute-task', body: `["${HOSTILE}"]`, sender: `host:${host}` }),
  (target) => ({
    queue: CONDUCTOR,
    body: action(target, setFields(target.instance, { task_state: 'rebuilding' }), 'save'),
    sender: STRANGER,
  }),
  (target) => ({ queue: CONDUCTOR, body: action(target, target.instance, 'destroy'), sender: STRANGER }),
  (target) => ({
    queue: CONDUCTOR,
    body: action(target, setFields(target.instance, { host: 'stranger', vm_state: 'error' }), 'save'),
    sender: STRANGER,
  }),
  ({ context, host, instance }) => ({
    queue: 'compute-task',
    body: request('live_migrate_instance', { instance }, context),
    sender: `host:${host}`,
  }),
  ({ context, instance }) => ({
    queue: 'compute-task',
    body: request(
      'build_instances',
      { instances: [instance], filter_properties: { retry: { num_attempts: 1 } } },
      context,
    ),
    sender: STRANGER,
  }),
  ({ context, host }) => ({ queue: 'compute-task', body: request('do_as_i_say', {}, context), sender: `host:${host}` }),
  ({ host }) => ({
    queue: CONDUCTOR,
    body: replyEnvelope(HOSTILE, HOSTILE, { migrate_data: null }, null),
    sender: `host:${host}`,
  }),
];

/** The message of a number, counted round. */
export function hostileMessage(number: number, target: Target): HostileMessage | undefined {
  return MESSAGES[number % MESSAGES.length]?.(target);
}
