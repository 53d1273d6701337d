import { parseEnvelope } from '#wire/envelope';
import { computeTask } from '#task-rpc/methods/list';
import { WORKFLOW_FUNCTIONS } from '#local/emulation/workflow-functions';
import type { RecordedTask } from './recorded-task.ts';

/** Replaced parts in which the conductor runs: itself, the helpers that it shares with the scheduler, the databases. */
const CONDUCTOR = /^(nova\.)?(conductor\b|conductor_manager\.|scheduler\.utils\.|compute\.utils\.|db\.|objects\.)/;

/** Module values that tests reset: what a process remembers of its configuration. */
const REMEMBERED = /\._[A-Z_]+$/;

/** The conductor's client, which the API calls: what it would send is recorded. */
const CLIENT = /^nova\.conductor\.(api|rpcapi)\./;

/** What of a request tells whether it is served. */
type Asked = Pick<RecordedTask, 'method' | 'message' | 'steps'>;

/** Why a request is not replayed; undefined when it is. */
export function unsupportedReason(recorded: Asked): string | undefined {
  return unserved(recorded);
}

/**
 * A part that the scenario replaces and in which the conductor runs: the task is replayed all the same, but where it
 * differs that may be the cause.
 */
export function replacedPart(recorded: RecordedTask, stubs: readonly string[]): string | undefined {
  const stub = stubs.find((name) => CONDUCTOR.test(name) && !REMEMBERED.test(name) && !CLIENT.test(name));
  return toldByDatabase(recorded) ? undefined : stub;
}

/** Why the method's message leads to no workflow that is there. */
function unserved({ message, method }: Asked): string | undefined {
  const none = `${method} has no workflow yet`;
  if (!Object.hasOwn(computeTask.methods, method)) return none;
  try {
    const request = parseEnvelope(JSON.stringify(message));
    if (request.kind === 'reply') return none;
    const route = computeTask.methods[method]?.route(request.args, request.context);
    const workflow = route?.kind === 'reschedule' ? route.otherwise.workflow : route?.workflow;
    return workflow !== undefined && Object.hasOwn(WORKFLOW_FUNCTIONS, workflow) ? undefined : none;
  } catch {
    // what the method refuses is replayed: the refusal then shows
    return undefined;
  }
}

/** What the replaced part did meanwhile is recorded as a change of the API's, so the replay does it too. */
const toldByDatabase = ({ steps }: RecordedTask): boolean =>
  steps.some((step) => step.kind === 'db' && step.by === 'api');
