import { all, equals, exists, oneOf } from '#ports/conditions';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { ConditionFailed, type AttributesOf } from '#ports/tables';
import { callKey, REQUESTS } from '#records/keys';
import { waitingCallItem, type WaitingCallItem } from '#records/items/waiting-call';

/** A call to a compute whose answer a Task waits for. */
export interface WaitingCall {
  readonly messageId: string;
  /** The host that is asked: nobody else may answer. */
  readonly host: string;
  readonly token: string;
}

/** What came back of a call. */
export interface CallAnswer {
  readonly result: Json;
  /** oslo's failure text, null on success. */
  readonly failure: string | null;
}

type CallServices = Pick<Services, 'tables' | 'executions' | 'clock' | 'config'>;

/**
 * Registers a call before it is sent, so that an answer quicker than we are finds it. One that was answered before, by
 * an earlier try of the same step, completes the token at once; then false is answered and nothing is to be sent.
 *
 * @param again whether it was sent before: its time is then that of the first sending, or else of this one, since one
 * that failed has asked nobody
 */
export async function registerCall(services: CallServices, call: WaitingCall, again = false): Promise<boolean> {
  const { messageId, host, token } = call;
  const now = services.clock.now();
  const set: AttributesOf<WaitingCallItem> = {
    token,
    host,
    // As long as the request's documents: whoever reads the answer may have to wait for a person.
    expires_at: Math.floor(now / 1000) + services.config.requestDays * 86_400,
    ...(again ? {} : { asked_at: now }),
  };
  const { item } = await services.tables.update(REQUESTS, callKey(messageId), { set });
  if (!waitingCallItem(item).answered) return true;
  await services.executions.succeed(token, { outcome: 'answered' });
  return false;
}

/**
 * Keeps the first answer of a call, sealed since a compute answers with connections and secrets of a server, in the
 * words of a failure as well, and completes the Task that waits for it. An answer that nobody waits for, or that comes
 * from another host than was asked, changes nothing; then false is answered. A repeat completes the Task again.
 */
export async function settleCall(
  services: Pick<Services, 'tables' | 'executions' | 'sealer'>,
  reply: CallAnswer & { readonly messageId: string },
  hosts: readonly string[] | undefined,
): Promise<boolean> {
  const { messageId, result, failure } = reply;
  const speakers = hosts === undefined ? undefined : await asked(services, messageId, hosts);
  const answer: CallAnswer = { result, failure };
  const kept =
    result === null && failure === null
      ? {}
      : { sealed: await services.sealer.seal(JSON.stringify(answer), messageId) };
  const condition = all(
    exists,
    equals<WaitingCallItem>('answered', null),
    ...(speakers === undefined ? [] : [oneOf<WaitingCallItem>('host', speakers)]),
  );
  const set: AttributesOf<WaitingCallItem> = { answered: true, ...kept };
  const item = await services.tables.update(REQUESTS, callKey(messageId), { set }, condition).then(
    (updated) => updated.item,
    (error: unknown) => {
      if (error instanceof ConditionFailed) return error.item;
      throw error;
    },
  );
  const call = item && waitingCallItem(item);
  if (call?.answered !== true || speakers?.some((host) => host === call.host) === false) return false;
  if (call.token !== undefined) await services.executions.succeed(call.token, { outcome: 'answered' });
  return true;
}

/** Hosts that one condition may name: a bridge of hundreds would make it longer than DynamoDB takes. */
const MOST_IN_CONDITION = 20;

/** The hosts that answer; of a bridge of many the one that was asked. */
async function asked(
  { tables }: Pick<Services, 'tables'>,
  messageId: string,
  hosts: readonly string[],
): Promise<readonly string[]> {
  if (hosts.length <= MOST_IN_CONDITION) return hosts;
  const item = await tables.get(REQUESTS, callKey(messageId));
  const named = item && waitingCallItem(item).host;
  return hosts.filter((host) => host === named);
}

/**
 * Whether a call without an answer has had no time for one: it was never made, or its Task timed out early.
 *
 * @param seconds how long the caller waits
 */
export async function isUnasked(
  services: Pick<Services, 'clock' | 'tables'>,
  messageId: string,
  seconds: number,
): Promise<boolean> {
  const item = await services.tables.get(REQUESTS, callKey(messageId));
  const { answered = false, asked_at = Infinity } = item === undefined ? {} : waitingCallItem(item);
  if (answered) return false;
  // Half of the time, since the Task's time began before the call was made.
  return services.clock.now() - asked_at < (seconds * 1000) / 2;
}

/** The answer of a call; undefined while there is none. */
export async function answerOf(
  services: Pick<Services, 'tables' | 'sealer'>,
  messageId: string,
): Promise<CallAnswer | undefined> {
  const item = await services.tables.get(REQUESTS, callKey(messageId));
  const call = item && waitingCallItem(item);
  if (call?.answered !== true) return undefined;
  if (call.sealed === undefined) return { result: null, failure: null };
  const answer: CallAnswer = JSON.parse(await services.sealer.open(call.sealed, messageId));
  return answer;
}
