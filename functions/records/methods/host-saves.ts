import { UnexpectedTaskStateError } from '#errors';
import { any, contains, equals, not, oneOf, type Condition } from '#ports/conditions';
import type { Attributes, Item } from '#ports/tables';
import { mayNot } from '#records/authority/conditions';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import type { Records } from '#records/method';
import { HOSTS, hostMark, hostsOf, operationNames, operationState } from '#records/operation';
import { textOf } from '#wire/reading';

const RESIZE = operationNames('cold-migrate');

/** The task of a resize that has no host yet: the API sets it, and a host that gives the resize back. */
const PREPARING = 'resize_prep';

/** States of a server that is still to be built. */
const UNBUILT = ['building', null] as const;

/**
 * What a server must be for a host to save this of it, beyond that the host is at work on it: a host takes a
 * server to itself, off itself, or to the other end of the move, and it begins no build of a server that is
 * built, or in error. An order that comes again, to a host that has started anew since, would have it do so. And
 * it gives back a resize that goes on, or changes nothing by it: a save that was long on its way would leave the
 * server in a task that nobody ends.
 */
export function hostGuards(records: Records, row: Attributes): Condition[] {
  const place = namedPlace(records, row);
  return [
    ...(place === undefined ? [] : [any(contains(HOSTS, hostMark(place)), equals<InstanceItem>('host', place))]),
    ...(builds(records, row) ? [oneOf<InstanceItem>('vm_state', UNBUILT)] : []),
    ...(givesBack(records, row)
      ? [any(equals<InstanceItem>('task_state', PREPARING), not(equals(RESIZE.owner, null)))]
      : []),
  ];
}

/**
 * Why they did not hold; undefined when they do. A compute leaves a build alone that ends in a wrong state.
 *
 * @returns Forbidden, UnexpectedTaskStateError
 */
export function hostRefusal(records: Records, uuid: string, row: Attributes, found: Item): Error | undefined {
  const place = namedPlace(records, row);
  const { host, task_state, vm_state: state } = instanceItem(found);
  if (place !== undefined && !hostsOf(found).includes(place) && host !== place)
    return mayNot(records.hosts ?? [], `put instance ${uuid} on a host that is not at work on it`);
  if (givesBack(records, row) && task_state !== PREPARING && operationState(found, 'cold-migrate').owner === null)
    return new UnexpectedTaskStateError({
      instance_uuid: uuid,
      expected: { task_state: [PREPARING] },
      actual: { task_state },
    });
  if (!builds(records, row) || UNBUILT.some((each) => each === state)) return undefined;
  const states = { expected: { vm_state: [...UNBUILT] }, actual: { vm_state: state } };
  return new UnexpectedTaskStateError({ instance_uuid: uuid, ...states });
}

/** The other host that a host says the server is on now; undefined when it names itself or none. */
function namedPlace({ hosts }: Records, row: Attributes): string | undefined {
  const host = textOf(row['host']);
  return hosts === undefined || host === undefined || hosts.includes(host) ? undefined : host;
}

/** Whether a host says that it is building the server. */
const builds = ({ hosts }: Records, row: Attributes): boolean => hosts !== undefined && row['vm_state'] === 'building';

/** Whether a host says that its resize is to go to another host. */
const givesBack = ({ hosts }: Records, row: Attributes): boolean =>
  hosts !== undefined && row['task_state'] === PREPARING;
