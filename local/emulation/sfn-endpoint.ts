import { textOrEmpty } from '#wire/reading';
import type { HistoryEvent } from '#local/runner/history';
import type { DescribedExecution, StepFunctions } from '#local/runner/runner';
import { ServiceError } from '#local/runner/service-error';
import type { ExecutionStatus } from '#local/runner/kept-execution';
import type { Json, JsonObject } from '#local/runner/json';

/** Prefix of the header `X-Amz-Target`, after which the operation is named. */
const TARGET = 'AWSStepFunctions.';

const STATUSES: readonly ExecutionStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

/** The answer to one request. */
export interface ServiceAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

type Operation = (runner: StepFunctions, request: JsonObject) => Promise<JsonObject>;

/** What an operator's client asks of Step Functions; all answers come on one page. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  ListExecutions: async (runner, request) => {
    const statusFilter = STATUSES.find((status) => status === request['statusFilter']);
    const { executions } = await runner.listExecutions({
      stateMachineArn: textOrEmpty(request['stateMachineArn']),
      ...(statusFilter === undefined ? {} : { statusFilter }),
    });
    return { executions: executions.map(listed) };
  },
  DescribeExecution: async (runner, request) =>
    described(await runner.describeExecution({ executionArn: textOrEmpty(request['executionArn']) })),
  GetExecutionHistory: async (runner, request) => {
    const executionArn = textOrEmpty(request['executionArn']);
    const reverseOrder = request['reverseOrder'] === true;
    const { events } = await runner.getExecutionHistory({ executionArn, reverseOrder });
    return { events: events.map(nested) };
  },
  RedriveExecution: async (runner, request) => {
    const { redriveDate } = await runner.redriveExecution({ executionArn: textOrEmpty(request['executionArn']) });
    return { redriveDate: seconds(redriveDate) };
  },
  StopExecution: async (runner, request) => {
    const { stopDate } = await runner.stopExecution({
      executionArn: textOrEmpty(request['executionArn']),
      ...(typeof request['error'] === 'string' ? { error: request['error'] } : {}),
      ...(typeof request['cause'] === 'string' ? { cause: request['cause'] } : {}),
    });
    return { stopDate: seconds(stopDate) };
  },
};

/** Answers a request of the service's JSON protocol; errors carry the service's names. */
export async function answerSfn(runner: StepFunctions, target: string, request: JsonObject): Promise<ServiceAnswer> {
  const name = target.startsWith(TARGET) ? target.slice(TARGET.length) : '';
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (operation === undefined) return refused('UnknownOperationException', `the runner has no operation ${target}`);
  try {
    return { status: 200, body: await operation(runner, request) };
  } catch (error) {
    if (error instanceof ServiceError) return refused(error.name, error.message);
    throw error;
  }
}

const refused = (name: string, message: string): ServiceAnswer => ({ status: 400, body: { __type: name, message } });

const listed = (execution: DescribedExecution): JsonObject => {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, redriveCount } = execution;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate: seconds(startDate),
    ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }),
    redriveCount,
  };
};

const described = (execution: DescribedExecution): JsonObject => {
  const { input, output, error, cause, redriveStatus, redriveStatusReason, redriveDate } = execution;
  return {
    ...listed(execution),
    input,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    redriveStatus,
    ...(redriveStatusReason === undefined ? {} : { redriveStatusReason }),
    ...(redriveDate === undefined ? {} : { redriveDate: seconds(redriveDate) }),
  };
};

/** An event as the service nests it: details under a name made of the type, JSON values as text. */
function nested({ id, previousEventId, timestamp, type, details }: HistoryEvent): JsonObject {
  const written = Object.entries(details).map(([name, value]) => [name, detail(name, value)] as const);
  return {
    id,
    previousEventId,
    timestamp: timestamp / 1000,
    type,
    [detailsName(type)]: Object.fromEntries(written),
  };
}

const AS_TEXT = new Set(['input', 'output', 'parameters']);

const detail = (name: string, value: Json): Json => (AS_TEXT.has(name) ? JSON.stringify(value) : value);

/** `TaskStateEntered` has `stateEnteredEventDetails`, `TaskFailed` has `taskFailedEventDetails`. */
function detailsName(type: string): string {
  const state = /State(?:Entered|Exited)$/u.exec(type)?.[0];
  const name = state ?? type;
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}EventDetails`;
}

const seconds = (date: Date): number => date.getTime() / 1000;
