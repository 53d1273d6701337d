import type { TaskState } from './definition.ts';
import { checkSize, Failure } from './failure.ts';
import { guard } from './guard.ts';
import { isJsonObject, overTheWire, type Json, type JsonObject } from './json.ts';
import { PendingTask, type TaskEvents } from './pending-task.ts';
import { ServiceError } from './service-error.ts';
import type { Visit } from './visit.ts';
import type { Exit } from './flow.ts';

/** Schedules the task anew on each attempt; its Arguments are evaluated again, since they may show the retry count. */
export function runTask(visit: Visit, state: TaskState): Promise<Exit> {
  return guard(visit, state, async () => {
    const result = await attempt(visit, state);
    return visit.exit(state, result, { result }, state.next);
  });
}

async function attempt(visit: Visit, state: TaskState): Promise<Json> {
  const { engine, executionArn } = visit.flow.run;
  const waitsForToken = state.resource.kind === 'invoke' && state.resource.waitsForToken;
  const token = waitsForToken ? engine.tokens.issue(executionArn) : undefined;
  if (token !== undefined) visit.context['Task'] = { Token: token };
  const given = state.arguments === undefined ? visit.input : await visit.evaluate(state.arguments);
  checkSize(given, state.name);
  const timeout = state.timeoutSeconds === undefined ? undefined : await visit.amount(state.timeoutSeconds, 1);
  const heartbeat = state.heartbeatSeconds === undefined ? undefined : await visit.amount(state.heartbeatSeconds, 1);
  const task = new PendingTask(visit, eventsOf(state), { token, timeout, heartbeat });
  task.schedule(given);
  return task.settle((signal) => call(visit, state, given, signal));
}

/** How the history records the task: a bare function has event types of its own. */
function eventsOf({ resource }: TaskState): TaskEvents {
  if (resource.kind === 'function') {
    const { arn } = resource;
    return { prefix: 'LambdaFunction', argumentsAs: 'input', all: {}, scheduled: { resource: arn }, subject: arn };
  }
  const [action, resourceType] =
    resource.kind === 'invoke'
      ? [resource.waitsForToken ? 'invoke.waitForTaskToken' : 'invoke', 'lambda']
      : ['startExecution', resource.service === 'sfn' ? 'aws-sdk:sfn' : 'states'];
  const all = { resource: action, resourceType };
  return { prefix: 'Task', argumentsAs: 'parameters', all, scheduled: {}, subject: resourceType };
}

/** Makes the call itself. @throws Failure */
function call(visit: Visit, state: TaskState, given: Json, signal: AbortSignal): Promise<Json> {
  const { resource } = state;
  if (resource.kind === 'function') return invoke(visit, resource.arn, given, signal);
  return resource.kind === 'invoke' ? invokeByArguments(visit, given, signal) : startExecution(visit, resource, given);
}

async function invokeByArguments(visit: Visit, given: Json, signal: AbortSignal): Promise<Json> {
  const name = isJsonObject(given) ? given['FunctionName'] : undefined;
  if (!isJsonObject(given) || typeof name !== 'string') {
    throw new Failure('States.Runtime', 'the argument FunctionName is missing, or no string');
  }
  const qualifier = typeof given['Qualifier'] === 'string' ? `:${given['Qualifier']}` : '';
  const arn = visit.flow.run.engine.functionArn(name) + qualifier;
  const payload = await invoke(visit, arn, given['Payload'] ?? {}, signal);
  return { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 };
}

async function invoke(visit: Visit, arn: string, payload: Json, signal: AbortSignal): Promise<Json> {
  const { engine, executionArn } = visit.flow.run;
  visit.flow.run.countInvocation();
  const options = { signal, executionArn, state: visit.state.name, retryCount: visit.retryCount };
  const work = (): Promise<Json> => engine.invoke(arn, overTheWire(payload), options);
  return overTheWire(await (engine.clock.track?.(work) ?? work()));
}

async function startExecution(
  visit: Visit,
  resource: { readonly service: 'sfn' | 'states'; readonly errorPrefix: string },
  given: Json,
): Promise<Json> {
  const { StateMachineArn: stateMachineArn, Name: name, Input: input }: JsonObject = isJsonObject(given) ? given : {};
  if (typeof stateMachineArn !== 'string' || (name !== undefined && typeof name !== 'string')) {
    throw new Failure('States.Runtime', 'StateMachineArn and Name are strings');
  }
  // Only the optimised integration turns an object into text; the SDK's parameter is a string.
  if (resource.service === 'sfn' && input !== undefined && typeof input !== 'string') {
    throw new Failure('States.Runtime', 'the Input of aws-sdk:sfn:startExecution is a string');
  }
  const text = input === undefined || typeof input === 'string' ? input : JSON.stringify(input);
  try {
    const started = await visit.flow.run.engine.startExecution({
      stateMachineArn,
      ...(name === undefined ? {} : { name }),
      ...(text === undefined ? {} : { input: text }),
    });
    return { ExecutionArn: started.executionArn, StartDate: started.startDate.toISOString() };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new Failure(`${resource.errorPrefix}.${error.name}Exception`, error.message, {
      cause: error,
      fromTask: true,
    });
  }
}
