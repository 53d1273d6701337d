import { ABSENT, differencesOf, type Difference, type Window } from '../compare.ts';
import type { Json } from '#ports/json';
import { mapOf } from '#wire/reading';
import { compareRecords } from './compare-records.ts';
import { compareSent } from './compare-sent.ts';
import { compareNotifications } from './compare-notifications.ts';
import { compareEffects } from './compare-effects.ts';
import type { Outcome, RecordedTask } from './recorded-task.ts';
import { leaveOut } from '../not-compared.ts';
import { runTask, type Run } from './task-world.ts';

/** A recorded time may be off by so much: when a scenario began is only known from its rows. */
const SLACK_MS = 10_000;

/** Some tests set their clock forward. */
const MOVED_CLOCK_MS = 7_200_000;

/** Sends a recorded request to a fresh world, and compares what it sends and what it leaves. */
export async function replayTask(recorded: RecordedTask): Promise<Difference[]> {
  const run = await runTask(recorded);
  if (run.refused !== undefined) return [{ path: 'refused', recorded: ABSENT, ours: run.refused }];
  const troubles = run.troubles.map((trouble) => ({
    path: 'trouble',
    recorded: ABSENT,
    ours: trouble instanceof Error ? (trouble.stack ?? trouble.message) : String(trouble),
  }));
  const window = { from: recorded.startedAt - SLACK_MS, to: recorded.endedAt + MOVED_CLOCK_MS };
  return [
    ...troubles,
    ...compareReply(recorded.reply, run, window),
    ...compareSent(recorded, run, window),
    ...compareNotifications(recorded, run, window),
    ...compareEffects(recorded, run),
    ...compareRecords(recorded, run),
  ];
}

function compareReply(recorded: Outcome | undefined, run: Run, window: Window): Difference[] {
  if (recorded === undefined) {
    if (run.reply !== undefined) leaveOut('with an answer: none was recorded');
    return [];
  }
  if (run.reply === undefined) return [{ path: 'reply', recorded: recorded.result, ours: ABSENT }];
  const failure = run.reply['failure'];
  const parsed: Json = typeof failure === 'string' ? JSON.parse(failure) : null;
  return [
    ...differencesOf(recorded.result, run.reply['result'] ?? null, window, 'reply.result'),
    ...differencesOf(withoutTraceback(recorded.failure), withoutTraceback(parsed), window, 'reply.failure'),
  ];
}

/** Everything of a failure but the lines of its traceback. */
function withoutTraceback(failure: Json): Json {
  if (failure === null) return null;
  const { tb: _traceback, ...rest } = mapOf(failure);
  return rest;
}
