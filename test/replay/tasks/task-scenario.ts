import type { Json, JsonMap } from '#ports/json';
import { listOf, mapOf } from '#wire/reading';
import type { RecordedReply } from '../recorded-case.ts';
import { isMap } from '../recorded-file.ts';
import { text } from '../row-values.ts';
import { changeOf, contextOf, dumpOf, replyOf } from '../scenario.ts';
import { SqlState } from '../sql-state.ts';
import type { RecordedTask, SentStep, Step } from './recorded-task.ts';

export type FoundTask =
  | { readonly kind: 'task'; readonly name: string; readonly recorded: RecordedTask }
  /** No databases were recorded: it can only be answered. */
  | {
      readonly kind: 'unstored';
      readonly name: string;
      readonly message: JsonMap;
      readonly reply: RecordedReply | undefined;
    }
  | { readonly kind: 'unsupported'; readonly name: string; readonly reason: string };

/** Lines by their ids. */
type LinesById = ReadonlyMap<Json, JsonMap>;

/** Lines that the steps of a task name by their ids. */
const KEPT_KINDS = new Set<Json>(['request', 'http', 'service_call', 'notification']);

/** The `compute_task` requests of one scenario, in the order in which they ended. */
export function tasksOf(lines: readonly JsonMap[], stubs: readonly string[]): FoundTask[] {
  const byId = new Map(
    lines.filter(({ kind }) => KEPT_KINDS.has(kind ?? null)).map((line) => [line['id'] ?? null, line]),
  );
  const replies = new Map(lines.filter(({ kind }) => kind === 'reply').map((line) => [line['id'] ?? null, line]));
  return lines
    .filter(({ kind }) => kind === 'task')
    .map((line): FoundTask => {
      const name = `compute_task.${text(line['method'])}`;
      const request = byId.get(line['request'] ?? null);
      if (request === undefined) return { kind: 'unsupported', name, reason: 'no recorded request' };
      const reply = replies.get(line['request'] ?? null);
      if (!isMap(line['before']))
        return { kind: 'unstored', name, message: mapOf(request['message']), reply: reply && replyOf(reply) };
      const ended = endOf(line, request);
      const recorded: RecordedTask = {
        test: text(line['test']),
        id: text(line['id']),
        method: text(line['method']),
        ...messageOf(request, replies.get(line['request'] ?? null)),
        failure: isMap(line['failure']) ? line['failure'] : null,
        before: SqlState.of(dumpOf(line['before'])),
        replaced: stubs,
        savedByOthers: savedMeanwhile(lines, line['request'] ?? null, byId),
        steps: stepsOf(listOf(line['steps']).map(mapOf), byId, replies),
        startedAt: ended - Number(line['took']) * 1000,
        endedAt: ended,
      };
      return { kind: 'task', name, recorded };
    });
}

/** The Instances of the saves that were open while a request was served. */
function savedMeanwhile(lines: readonly JsonMap[], request: Json, byId: ReadonlyMap<Json, JsonMap>): JsonMap[] {
  const booked = lines.filter(({ kind, by }) => kind === 'db_change' && by === request);
  const ids = new Set(booked.flatMap(({ overlaps }) => listOf(overlaps)));
  return [...ids].flatMap((id) => {
    const { method, args } = mapOf(byId.get(id)?.['message']);
    const { objmethod, objinst } = mapOf(args);
    const isSave = method === 'object_action' && objmethod === 'save';
    return isSave && mapOf(objinst)['nova_object.name'] === 'Instance' ? [mapOf(objinst)] : [];
  });
}

/** Epoch milliseconds at which a task ended: the last time that it wrote, else when it was asked for. */
function endOf(task: JsonMap, request: JsonMap): number {
  const asked = text(mapOf(request['message'])['_context_timestamp']);
  const times = [...JSON.stringify(task['steps']).matchAll(CLOCK_TIME)].map(([time]) => `${time.replace(' ', 'T')}Z`);
  return Math.max(...[`${asked}Z`, ...times].map((time) => Date.parse(time)).filter((time) => !Number.isNaN(time)));
}

/** A time that a database wrote; times without a fraction come from messages. */
const CLOCK_TIME = /\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+/g;

/** A test may have made a call of a cast in order to wait for its end; then it is a cast again here. */
function messageOf(request: JsonMap, reply: JsonMap | undefined): Pick<RecordedTask, 'message' | 'reply'> {
  const message = mapOf(request['message']);
  if (request['type'] === 'call') return { message, reply: reply && replyOf(reply) };
  const cast = Object.entries(message).filter(([name]) => !['_msg_id', '_reply_q', '_timeout'].includes(name));
  return { message: Object.fromEntries(cast), reply: undefined };
}

/** The steps of a task. What changes while it waits for an answer is not its doing. */
function stepsOf(steps: readonly JsonMap[], byId: LinesById, replies: LinesById): Step[] {
  let waits = false;
  return steps
    .flatMap((step) => stepOf(step, byId, replies))
    .map((step) => {
      if (step.kind === 'sent' && step.call) waits = step.outcome !== undefined;
      if (step.kind === 'answered') waits = false;
      return step.kind === 'db' && step.by !== 'api' && waits ? { ...step, by: 'asked' as const } : step;
    });
}

function stepOf(step: JsonMap, byId: LinesById, replies: LinesById): Step[] {
  const record = byId.get(step['id'] ?? null) ?? {};
  switch (text(step['step'])) {
    case 'db':
      return [{ kind: 'db', by: authorOf(step), change: changeOf(step['changes']) }];
    case 'send':
      return [sentOf(record, replies.get(record['id'] ?? null))];
    case 'reply':
      return record['type'] === 'call'
        ? [{ kind: 'answered', call: sentOf(record, replies.get(record['id'] ?? null)) }]
        : [];
    case 'http':
      return [
        {
          kind: 'http',
          verb: text(record['method']),
          url: text(record['url']),
          body: record['body'] ?? null,
          status: Number(record['status']),
          response: record['response'] ?? null,
        },
      ];
    case 'service_call':
      return [
        {
          kind: 'service',
          service: text(record['service']),
          method: text(record['method']),
          args: listOf(record['args']),
          kwargs: mapOf(record['kwargs']),
          result: record['result'] ?? null,
          exception: record['exception'] ?? null,
        },
      ];
    case 'notification':
      return [{ kind: 'notification', versioned: record['versioned'] === true, message: mapOf(record['message']) }];
    default:
      return [];
  }
}

function sentOf(record: JsonMap, reply: JsonMap | undefined): SentStep {
  const message = mapOf(record['message']);
  const target = mapOf(record['target']);
  // Some tests call an attach_volume in order to wait for its end; conductors cast it.
  const call = record['type'] === 'call' && record['method'] !== 'attach_volume';
  return {
    kind: 'sent',
    call,
    topic: text(target['topic']),
    host: typeof target['server'] === 'string' ? target['server'] : null,
    method: text(record['method']),
    version: text(target['version']),
    args: mapOf(message['args']),
    context: contextOf(message),
    outcome: call && reply !== undefined ? replyOf(reply) : undefined,
  };
}

/**
 * A host makes the record of a device while it is asked for its name: that is there when
 * it answers, as the API's own is.
 */
function authorOf(step: JsonMap): 'conductor' | 'api' | 'others' {
  const by = text(step['by']);
  if (by === 'conductor' || by === 'api') return by;
  const inserted = Object.values(changeOf(step['changes'])).flatMap(
    ({ block_device_mapping: made }) => made?.insert ?? [],
  );
  return inserted.some(({ volume_id, attachment_id }) => volume_id !== null && attachment_id === null)
    ? 'api'
    : 'others';
}
