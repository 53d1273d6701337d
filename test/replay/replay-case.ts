import type { Json, JsonMap } from '#ports/json';
import { NovaError } from '#errors';
import { objectAction, objectBackportVersions, objectClassActionVersions } from '#object-rpc/dispatch';
import { ExpectedError } from '#wire/failure';
import { serializeFailure } from '#wire/failure';
import { ABSENT, differencesOf, type Difference, type Window } from './compare.ts';
import { itemsOf } from './load-items.ts';
import { leaveOut } from './not-compared.ts';
import {
  forgetSameTimes,
  ownChanges,
  sortedDevices,
  isBookedElsewhere,
  withoutNodeIds,
  withoutTouched,
  withoutUncertain,
} from './normalise.ts';
import { mapOf } from './recorded-file.ts';
import type { RecordedCase } from './recorded-case.ts';
import { comparable, withNow, worldOf, type ReplayWorld } from './replay-world.ts';
import { written } from './row-values.ts';
import type { SqlState } from './sql-state.ts';
import { plainText } from '#wire/reading';

/** The class that stands for an error which is none of Nova's. */
const UNEXPECTED = 'Error';

/** Some tests set their clock forward. */
const MOVED_CLOCK_MS = 7_200_000;

/** A recorded time may be off by so much: when a scenario began is only known from its rows. */
const SLACK_MS = 10_000;

/**
 * Sends a recorded request to a fresh world and compares reply and records. Where the databases at the moment of
 * serving are not certain, the reply may be right for any of those that come into question.
 */
export async function replayCase(recorded: RecordedCase): Promise<Difference[]> {
  let differences: Difference[] = [];
  for (const [at, before] of recorded.before.entries()) {
    differences = await replayOn(recorded, before);
    if (differences.length > 0) continue;
    if (at > 0) leaveOut('with the databases at its beginning: it fits those of a later moment');
    if (recorded.reply === undefined) leaveOut('with an answer: none was recorded');
    if (recorded.overlapped) leaveOut('with the records that it leaves: other requests wrote meanwhile');
    break;
  }
  return differences;
}

async function replayOn(recorded: RecordedCase, before: SqlState): Promise<Difference[]> {
  const world = await worldOf(recorded, before);
  const window = { from: recorded.sentAt - SLACK_MS, to: recorded.answeredAt + MOVED_CLOCK_MS };
  const answer = await answerOf(recorded, world);
  const replies = [
    ...compareReplies(recorded, before, answer, world, window),
    ...(await compareEvents(recorded, world, window)),
  ];
  return recorded.overlapped || isBookedElsewhere(recorded, before)
    ? replies
    : [...replies, ...withoutNodeIds(recorded, withoutTouched(recorded, compareRecords(recorded, before, world)))];
}

type Answer = { readonly result: Json; readonly failure: JsonMap | null };

async function answerOf(recorded: RecordedCase, world: ReplayWorld): Promise<Answer> {
  try {
    return { result: await call(recorded, world), failure: null };
  } catch (error) {
    const cause = error instanceof ExpectedError ? error.cause : error;
    if (!(cause instanceof NovaError)) {
      return {
        result: null,
        failure: { class: UNEXPECTED, message: String(cause instanceof Error ? cause.stack : cause) },
      };
    }
    const failure: Json = JSON.parse(serializeFailure(cause));
    return { result: null, failure: mapOf(failure) };
  }
}

function call({ method, args }: RecordedCase, { records }: ReplayWorld): Promise<Json> {
  switch (method) {
    case 'object_action':
      return objectAction(records, args);
    case 'object_class_action_versions':
      return objectClassActionVersions(records, args);
    case 'object_backport_versions':
      return objectBackportVersions(records, args);
    case 'ping':
      return Promise.resolve({ service: 'conductor', arg: args['arg'] ?? null });
    default:
      return Promise.resolve([]);
  }
}

function compareReplies(
  recorded: RecordedCase,
  before: SqlState,
  answer: Answer,
  world: ReplayWorld,
  window: Window,
): Difference[] {
  const { reply } = recorded;
  if (reply === undefined) return compareUnheard(answer);
  if (reply.failure !== null || answer.failure !== null) {
    return differencesOf(failureOf(reply.failure), failureOf(answer.failure), window, 'failure');
  }
  const ours = withNow(answer.result, world.now);
  const [left, right] = forgetSameTimes(recorded, before, reply.result, ours);
  const compared = (value: Json): Json => sortedDevices(withoutUncertain(recorded, value));
  return differencesOf(compared(left), compared(right), window, 'result');
}

/** Names of errors which say that a record is not there: who asked went before it heard so. */
const MISSING = /NotFound/;

/** Where no answer was recorded, ours has to be one, and refuses nothing but what is not there. */
function compareUnheard({ failure }: Answer): Difference[] {
  if (failure === null || MISSING.test(plainText(failure['class']))) return [];
  return [{ path: 'failure', recorded: ABSENT, ours: failure['message'] ?? null }];
}

/** The events of a call that ended as recorded: object calls publish services, in the versioned family alone. */
async function compareEvents(recorded: RecordedCase, world: ReplayWorld, window: Window): Promise<Difference[]> {
  if (recorded.reply === undefined || recorded.replaced !== undefined) return [];
  const theirs = recorded.events.map(({ event_type = null, publisher_id = null, priority = null, payload = null }) => ({
    event_type,
    publisher_id,
    priority,
    payload,
  }));
  const ours = await Promise.all(
    world.events.map(async ({ priority, versioned }) => ({
      event_type: versioned?.eventType ?? null,
      publisher_id: versioned?.publisherId ?? null,
      priority,
      payload: (await versioned?.payload()) ?? null,
    })),
  );
  return differencesOf(theirs, withNow(ours, world.now), window, 'events');
}

/** Everything of a failure but the lines of its traceback. */
function failureOf(failure: JsonMap | null): Json {
  if (failure === null) return null;
  const { tb: _traceback, ...theirs } = failure;
  return theirs;
}

function compareRecords(recorded: RecordedCase, before: SqlState, world: ReplayWorld): Difference[] {
  const requestTime = plainText(recorded.context['timestamp']);
  const after = before.after(ownChanges(recorded, before), (value) => written(value, requestTime));
  const left = comparable(itemsOf(after), undefined);
  const right = comparable(new Map(Object.entries(world.tables.dump())), world.now);
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].flatMap((key) => {
    const [expected, ours] = [left.get(key), right.get(key)];
    if (expected === undefined || ours === undefined) {
      return [{ path: `records.${key}`, recorded: expected ?? ABSENT, ours: ours ?? ABSENT }];
    }
    return differencesOf(expected, ours, undefined, `records.${key}`);
  });
}
