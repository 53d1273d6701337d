import type { Json, JsonMap } from '#ports/json';
import { fieldsOf, mapOf, plainText } from '#wire/reading';
import { note } from '../normalise.ts';
import { withoutLostClaim, type Side } from './documented-moves.ts';
import { without } from './edit-json.ts';
import type { NotificationStep, RecordedTask } from './recorded-task.ts';
import type { Held } from './scripted-placement.ts';

/*
 * Documented differences of what is sent to others; each is a row of docs/parity.md under the name that is noted here.
 */

/** Errors of Python's own: a request that ends with one did not end as it was meant to. */
const isCrash = ({ failure }: RecordedTask): boolean => failure?.['module'] === 'builtins';

/** Both sides' claims as they are compared. */
export function heldAsRecorded(_recorded: RecordedTask, theirs: Held, ours: Held): [Held, Held] {
  return [theirs, ours];
}

/** `interrupted clean-up`: Nova's request died while it cleaned up; ours gives the networks back. */
export function deallocationsAsRecorded(recorded: RecordedTask, theirs: Json[], ours: Json[]): [Json[], Json[]] {
  if (!isCrash(recorded) || theirs.length === ours.length) return [theirs, ours];
  note('interrupted clean-up');
  return [theirs, theirs];
}

/** Both sides' events as they are compared. */
export function notificationsAsRecorded(
  recorded: RecordedTask,
  theirs: readonly NotificationStep[],
  ours: readonly JsonMap[],
): [JsonMap[], JsonMap[]] {
  const theirEvents = theirs
    .map(({ versioned, message: { event_type = null, priority = null, publisher_id = null, payload = null } }) =>
      comparable({ family: versioned ? 'versioned' : 'unversioned', event_type, priority, publisher_id, payload }),
    )
    .filter((event) => !(isWindow(recorded) && isOfDeleted(recorded, event)));
  const lost = (side: Side, event: JsonMap): JsonMap => ({ ...event, payload: lostIn(recorded, side, event) });
  return [
    theirEvents.map((event) => lost('theirs', event)),
    ours
      .map((event) => lost('ours', comparable(event)))
      .filter((event) => !isBeyondCrash(recorded, event, theirEvents)),
  ];
}

/** `lost claims` in both families: a versioned event holds the error in a payload of its own. */
function lostIn(recorded: RecordedTask, side: Side, event: JsonMap): JsonMap {
  const payload = withoutLostClaim(recorded, side, mapOf(event['payload']));
  const { reason, ...rest } = fieldsOf(payload);
  if (reason === undefined) return payload;
  const error = withoutLostClaim(recorded, side, fieldsOf(reason));
  const isLost = error['exception_message'] !== fieldsOf(reason)['exception_message'];
  return {
    ...payload,
    'nova_object.data': {
      ...withoutLostClaim(recorded, side, rest),
      reason: without(error, isLost ? ['exception'] : []),
    },
  };
}

/** `interrupted events`: Nova's request died before it published the event in its second family. */
function isBeyondCrash(recorded: RecordedTask, event: JsonMap, theirEvents: readonly JsonMap[]): boolean {
  if (!isCrash(recorded) || theirEvents.some(({ event_type }) => event_type === event['event_type'])) return false;
  note('interrupted events');
  return true;
}

/**
 * `no deletion window`: a server that is deleted while it is scheduled never comes to be,
 * so nothing is published of it.
 */
function isOfDeleted(recorded: RecordedTask, event: JsonMap): boolean {
  const gone = deletedMeanwhile(recorded).includes(serverOf(mapOf(event['payload'])));
  if (gone) note('no deletion window');
  return gone;
}

/** The server that an event is about. */
export function serverOf(payload: JsonMap): string {
  const { instance_uuid, uuid } = fieldsOf(payload);
  return plainText(payload['instance_id'] ?? instance_uuid ?? uuid);
}

/** The servers that the API deleted while they were being made. */
export const deletedMeanwhile = ({ steps }: RecordedTask): string[] =>
  steps.flatMap((step) =>
    step.kind === 'db' && step.by === 'api'
      ? (step.change['api']?.['build_requests']?.delete ?? []).map((row) => plainText(row['instance_uuid']))
      : [],
  );

/** Whether the API deleted a server while it was being made. */
export const isWindow = (recorded: RecordedTask): boolean => deletedMeanwhile(recorded).length > 0;

function comparable(event: JsonMap): JsonMap {
  const payload = mapOf(event['payload']);
  if (event['family'] === 'versioned')
    return { ...withoutPublisher(event), payload: withoutTime(withoutPlace(payload)) };
  const { reason: _reason, request_spec = null, instance_properties = null, ...rest } = payload;
  const spec = mapOf(request_spec);
  return {
    ...event,
    payload: {
      ...rest,
      ...imageAddress(payload['image_ref_url']),
      ...(payload['reason'] === undefined ? {} : { reason: reasonOf(payload['reason']) }),
      ...(payload['request_spec'] === undefined
        ? {}
        : { request_spec: { ...spec, instance_properties: withoutRequests(spec['instance_properties']) } }),
      ...(payload['instance_properties'] === undefined
        ? {}
        : { instance_properties: withoutRequests(instance_properties) }),
    },
  };
}

/** `host of an event`: that of the process, which a test names after the host that it has started last. */
function withoutPublisher(event: JsonMap): JsonMap {
  const { publisher_id: publisher, event_type: type } = event;
  if (!/^instance\.resize_(confirm|revert)\./.test(plainText(type))) return event;
  note('host of an event');
  return { ...event, publisher_id: plainText(publisher).replace(/:.*$/, '') };
}

/** `image addresses in events`: ours knows no address of the image service, and publishes the image's path alone. */
function imageAddress(url: Json | undefined): JsonMap {
  if (typeof url !== 'string') return {};
  if (url.startsWith('http')) note('image addresses in events');
  return { image_ref_url: url.replace(/^.*(images\/)/, '$1') };
}

/** `pci requests in events`: Nova publishes the inside of a Python object there, the request's context in it. */
function withoutRequests(properties: Json | undefined): Json {
  const { pci_requests, ...rest } = mapOf(properties);
  if (mapOf(pci_requests)['_context'] !== undefined) note('pci requests in events');
  return without(rest, []);
}

/**
 * `places of errors`: Nova publishes the Python function that raised an error and its
 * stack, ours the method that failed.
 */
function withoutPlace(payload: JsonMap): JsonMap {
  const { reason, ...rest } = fieldsOf(payload);
  if (reason === undefined) return payload;
  note('places of errors');
  const { module_name: _module, function_name: _function, traceback: _stack, ...kept } = fieldsOf(reason);
  const error = { ...mapOf(reason), 'nova_object.data': kept };
  return { ...payload, 'nova_object.data': { ...rest, reason: error } };
}

/** `server times in events`: Nova publishes when the copy that came with the request was written, ours the record. */
function withoutTime(payload: JsonMap): JsonMap {
  const { updated_at, ...rest } = fieldsOf(payload);
  if (updated_at === undefined) return payload;
  note('server times in events');
  return { ...payload, 'nova_object.data': rest };
}

/** `reasons in events`: Nova publishes the text of a Python map, ours the error's name and message. */
function reasonOf(reason: Json | undefined): Json {
  const text = plainText(reason);
  const parts = /'message': (?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"), 'class': '(\w+)'/.exec(text);
  if (parts === null) return text;
  note('reasons in events');
  return `${parts[3] ?? ''}: ${(parts[1] ?? parts[2] ?? '').replaceAll(/\\(.)/g, '$1')}`;
}
