import { VirtualClock } from '#adapters/memory/virtual-clock';
import { matchesError } from '#local/runner/error-matching';
import type { HistoryEvent } from '#local/runner/history';
import { isJsonObject, parseJson, type Json, type JsonObject } from '#local/runner/json';
import { InvalidDefinition, REFUSED_FEATURES } from '#local/runner/refusal';
import { decideRetry, type Retrier } from '#local/runner/retry';
import { StepFunctions, type DescribedExecution } from '#local/runner/runner';
import { listOf, objectOf, shown, textOf, type Case } from './conformance-cases.ts';
import { difference, flat, interleavedDifference, strictDifference, type Seen } from './expectation.ts';
import { runCalls } from './run-calls.ts';
import { StagedFunctions } from './staged-functions.ts';

export type CaseResult =
  | { readonly kind: 'passed' }
  | { readonly kind: 'refused'; readonly feature: string }
  | { readonly kind: 'failed'; readonly why: string };

const PASSED: CaseResult = { kind: 'passed' };
const REFUSABLE: ReadonlySet<string> = new Set(REFUSED_FEATURES);
const DAY = 24 * 3600 * 1000;

const verdict = (why: string | undefined): CaseResult => (why === undefined ? PASSED : { kind: 'failed', why });

export async function runCase(given: Case): Promise<CaseResult> {
  if ('errorEquals' in given) return verdict(checkMatching(given));
  if ('retriers' in given) return verdict(checkDelays(given));
  const clock = new VirtualClock();
  const functions = new StagedFunctions(clock, objectOf(given['tasks']));
  const runner = new StepFunctions({ clock, random: () => 0.5, invoke: functions.invoke });
  functions.runner = runner;
  const expected = objectOf(given['expect']);
  try {
    const { stateMachineArn } = await runner.createStateMachine({
      name: 'machine',
      definition: objectOf(given['definition']),
    });
    if ('calls' in given) return verdict(await runCalls(given, { clock, runner, functions, stateMachineArn }));
    if (expected['status'] === 'REJECTED_AT_CREATION') return verdict('it was not rejected at its creation');
    const stop = stopAfter(given);
    const { executionArn } = await runner.startExecution({ stateMachineArn, input: JSON.stringify(given['input']) });
    if (stop !== undefined) {
      await clock.settle();
      const { events } = await runner.getExecutionHistory({ executionArn });
      if (events.at(-1)?.type !== stop) return verdict(`the execution does not rest after ${stop}`);
      await runner.stopExecution({ executionArn });
    }
    const end = await clock.runUntil(runner.wait(executionArn), 400 * DAY);
    const { events } = await runner.getExecutionHistory({ executionArn });
    return verdict(end === undefined ? 'no end' : checkEnd(expected, given, end, events, functions));
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    if (expected['status'] === 'REJECTED_AT_CREATION') return PASSED;
    if (REFUSABLE.has(error.feature)) return { kind: 'refused', feature: error.feature };
    return verdict(`refused: ${error.message}`);
  }
}

function stopAfter(given: Case): string | undefined {
  return textOf(objectOf(listOf(given['actions'])[0])['afterEvent']);
}

function checkEnd(
  expected: JsonObject,
  given: Case,
  end: DescribedExecution,
  events: HistoryEvent[],
  functions: StagedFunctions,
): string | undefined {
  const seen: Seen = new Map();
  const fromDocs = given['kind'] === 'from-docs';
  const actual: JsonObject = {
    status: end.status,
    ...(end.output === undefined ? {} : { output: parseJson(end.output) ?? null }),
    ...(end.error === undefined ? {} : { error: end.error }),
    ...(end.cause === undefined ? {} : { cause: end.cause }),
  };
  for (const field of ['status', 'output', 'error', 'cause']) {
    // In the docs file, an absent field says nothing.
    if (fromDocs && !(field in expected)) continue;
    const found = difference(expected[field], actual[field], seen, field);
    if (found !== undefined) return found;
  }
  const elapsed = ((end.stopDate?.getTime() ?? Number.NaN) - end.startDate.getTime()) / 1000;
  const types = events.map((event) => event.type);
  const delays = retryDelays(events);
  for (const [field, value] of Object.entries(expected)) {
    const found = checkField(field, value, { elapsed, types, delays, functions, seen });
    if (found !== undefined) return found;
  }
  if (!('events' in expected)) return undefined;
  const flatEvents = events.map(flat);
  if (expected['eventFields'] === 'type') {
    return difference(
      listOf(expected['events']).map((event) => objectOf(event)['type'] ?? null),
      types,
      seen,
      'types',
    );
  }
  const compare = given['ordering'] === 'interleaved' ? interleavedDifference : strictDifference;
  return compare(listOf(expected['events']), flatEvents, seen);
}

function checkField(
  field: string,
  expected: Json,
  actual: { elapsed: number; types: string[]; delays: number[]; functions: StagedFunctions; seen: Seen },
): string | undefined {
  switch (field) {
    case 'elapsedSeconds':
      return difference(expected, actual.elapsed, actual.seen, field);
    case 'elapsedSecondsAtMost':
      return actual.elapsed <= Number(expected) ? undefined : `${field}: ${actual.elapsed}`;
    case 'retryDelaysSeconds':
      return difference(expected, actual.delays, actual.seen, field);
    case 'eventsInclude':
      return listOf(expected).every((type) => actual.types.includes(shown(type)))
        ? undefined
        : `${field}: ${actual.types.join()}`;
    case 'eventsExclude':
      return listOf(expected).some((type) => actual.types.includes(shown(type)))
        ? `${field}: ${actual.types.join()}`
        : undefined;
    case 'taskCalls':
      return actual.functions.differenceOfCalls(expected);
    default:
      return undefined;
  }
}

/** Seconds between a task's failure and its next scheduling. */
function retryDelays(events: HistoryEvent[]): number[] {
  return events.flatMap((event, index) => {
    const before = events[index - 1];
    const retried =
      before !== undefined && /(?:Failed|TimedOut)$/.test(before.type) && event.type.endsWith('Scheduled');
    return retried ? [(event.timestamp - before.timestamp) / 1000] : [];
  });
}

function checkMatching(given: Case): string | undefined {
  const names = listOf(given['errorEquals']).map(shown);
  for (const [name, matches] of Object.entries(objectOf(given['matches']))) {
    const failed =
      name === '<missed heartbeat>'
        ? { errorName: 'States.Timeout', alsoKnownAs: ['States.HeartbeatTimeout'] }
        : { errorName: name === '<TimeoutSeconds exceeded>' ? 'States.Timeout' : name };
    if (matchesError(names, failed) !== matches) return `${names.join()} on ${name}: not ${shown(matches)}`;
  }
  return undefined;
}

function checkDelays(given: Case): string | undefined {
  const retriers = listOf(given['retriers']).map((source): Retrier => {
    const retrier = objectOf(source);
    return {
      errorEquals: listOf(retrier['ErrorEquals']).map(shown),
      intervalSeconds: Number(retrier['IntervalSeconds'] ?? 1),
      maxAttempts: Number(retrier['MaxAttempts'] ?? 3),
      backoffRate: Number(retrier['BackoffRate'] ?? 2),
      maxDelaySeconds: 'MaxDelaySeconds' in retrier ? Number(retrier['MaxDelaySeconds']) : undefined,
      jitterStrategy: retrier['JitterStrategy'] === 'FULL' ? 'FULL' : 'NONE',
    };
  });
  const errorName = shown(given['error']);
  for (const step of listOf(given['delays']).map(objectOf)) {
    const made = retriers.map(() => Number(step['retriesAlreadyMade']));
    const expected = objectOf(step['expect']);
    for (const chance of [0, 0.5, 0.999]) {
      const decision = decideRetry(retriers, made, { errorName }, () => chance);
      const found = isJsonObject(expected) ? checkDecision(expected, decision) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function checkDecision(expected: JsonObject, decision: ReturnType<typeof decideRetry>): string | undefined {
  const unlike = `expected ${JSON.stringify(expected)}, decided ${JSON.stringify(decision)}`;
  if (decision.kind === 'give-up') return expected['decision'] === 'FAIL' ? undefined : unlike;
  if (expected['decision'] !== 'RETRY') return unlike;
  if ('delaySeconds' in expected && decision.delaySeconds !== expected['delaySeconds']) return unlike;
  if ('retrierIndex' in expected && decision.retrier !== expected['retrierIndex']) return unlike;
  const [least = 0, most = Infinity] = listOf(expected['delaySecondsRange']).map(Number);
  return decision.delaySeconds >= least && decision.delaySeconds <= most ? undefined : unlike;
}
