import type { VirtualClock } from '#adapters/memory/virtual-clock';
import { overTheWire, type Json, type JsonObject } from '#local/runner/json';
import type { StepFunctions } from '#local/runner/runner';
import { ServiceError } from '#local/runner/service-error';
import { listOf, objectOf, shown, textOf, type Case } from './conformance-cases.ts';
import { difference, flat, type Seen } from './expectation.ts';
import type { StagedFunctions } from './staged-functions.ts';

export interface Stage {
  readonly clock: VirtualClock;
  readonly runner: StepFunctions;
  readonly functions: StagedFunctions;
  readonly stateMachineArn: string;
}

const DAY = 24 * 3600 * 1000;

/** Makes a case's API calls one after another. */
export async function runCalls(given: Case, stage: Stage): Promise<string | undefined> {
  const seen: Seen = new Map<string, Json>([['<name-1>', 'the-name']]);
  for (const [index, step] of listOf(given['calls']).map(objectOf).entries()) {
    const found = await runStep(step, stage, seen);
    if (found !== undefined) return `call ${index + 1}: ${found}`;
  }
  return undefined;
}

async function runStep(step: JsonObject, stage: Stage, seen: Seen): Promise<string | undefined> {
  const executionArn = shown(seen.get('<arn-1>'));
  const types = async (): Promise<string[]> =>
    (await stage.runner.getExecutionHistory({ executionArn })).events.map((event) => event.type);
  if ('waitForEvent' in step) {
    const wanted = shown(step['waitForEvent']);
    if (wanted === 'ExecutionStarted') await stage.clock.settle();
    else await stage.clock.runUntil(stage.runner.wait(executionArn), DAY);
    return (await types()).includes(wanted) ? undefined : `no event ${wanted}`;
  }
  if ('taskCalls' in step) return stage.functions.differenceOfCalls(step['taskCalls'] ?? null);
  if ('historyIncludes' in step) {
    const left = listOf(step['historyIncludes']).map(shown);
    for (const type of await types()) if (type === left[0]) left.shift();
    return left.length === 0 ? undefined : `not in order: ${left.join()}`;
  }
  const answer = await call(step, stage, executionArn, seen);
  return difference(step['expect'], answer, seen, shown(step['do']));
}

async function call(step: JsonObject, stage: Stage, executionArn: string, seen: Seen): Promise<Json> {
  const { runner, stateMachineArn } = stage;
  const named = textOf(step['name']);
  const input = textOf(step['input']);
  try {
    switch (shown(step['do'])) {
      case 'StartExecution':
        return overTheWire(
          await runner.startExecution({
            stateMachineArn,
            ...(named === undefined ? {} : { name: shown(seen.get(named) ?? named) }),
            ...(input === undefined ? {} : { input }),
          }),
        );
      case 'StopExecution':
        return overTheWire(await runner.stopExecution({ executionArn }));
      case 'RedriveExecution':
        return overTheWire(await runner.redriveExecution({ executionArn }));
      case 'DescribeExecution':
        return overTheWire(await runner.describeExecution({ executionArn }));
      case 'GetExecutionHistory': {
        const { events } = await runner.getExecutionHistory({
          executionArn,
          reverseOrder: step['reverseOrder'] === true,
        });
        // These expectations hold ids and types alone.
        return { events: events.map((event) => flat({ ...event, details: {} })) };
      }
      default:
        throw new Error(`no call ${JSON.stringify(step['do'])}`);
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const message = 'message' in objectOf(step['expect']) ? { message: error.message } : {};
    return { error: error.name, httpStatus: error.$metadata.httpStatusCode, ...message };
  }
}
