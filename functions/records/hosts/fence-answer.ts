import * as v from 'valibot';
import { Forbidden } from '#errors';
import { isoSeconds } from '#conductor/time';
import { all, equals, exists } from '#ports/conditions';
import type { Json, JsonMap } from '#ports/json';
import { ConditionFailed, type AttributesOf } from '#ports/tables';
import { parseArguments, text } from '../arguments.ts';
import { tableOf } from '../cell-table.ts';
import { FENCE, fenced, type FenceState } from '../items/fence.ts';
import { forced, silentSince } from '../items/service.ts';
import { serviceKey } from '../keys.ts';
import type { Records } from '../method.ts';
import type { ServiceItem } from '#records/items/service';

/** Characters that are kept of what the agent says besides. */
const MOST_DETAIL = 255;

const ANSWER = v.object({ host: text, fence: text, outcome: text, detail: v.optional(text, '') });

/** What the agent may answer: `off` says that the host is off, and stays off until a person releases it. */
const OUTCOMES: readonly FenceState[] = ['off', 'refused', 'failed'];

/**
 * Takes the answer of the operator's fencing agent, once, for the request that is open. Its yes declares the host dead
 * as a person would; anything else leaves the host to a person.
 *
 * @returns `{ taken }`: false for a request that is not open any more, and for a yes about a host that was heard since
 * @throws Forbidden for anybody but a principal that is registered as fencing agent, and for another outcome
 */
export async function fenceAnswered(records: Records, args: JsonMap): Promise<Json> {
  const { fencer: by } = records;
  if (by === undefined) throw new Forbidden({}, { message: 'only the fencing agent may say that a host is off' });
  const { host, fence: id, outcome, detail } = parseArguments(ANSWER, args);
  const state = OUTCOMES.find((each) => each === outcome);
  if (state === undefined)
    throw new Forbidden({}, { message: `a host is ${OUTCOMES.join(', ')}, and not ${outcome.slice(0, MOST_DETAIL)}` });
  const at = isoSeconds(records.clock.now());
  const cut = detail.slice(0, MOST_DETAIL);
  const said = state === 'off' ? forced({ down: true, by, at, reason: `fenced: ${cut}` }) : {};
  const set: AttributesOf<ServiceItem> = { ...fenced({ id, state, at, by, detail: cut }), ...said };
  try {
    // A host that was heard after the yes had been sent is not off, whatever the yes says.
    const holds = state === 'off' ? silentSince(isoSeconds(records.sentAt ?? records.clock.now())) : exists;
    const open = all(equals(FENCE.id, id), equals(FENCE.state, 'asked'), equals<ServiceItem>('deleted', false), holds);
    await records.tables.update(tableOf(records), serviceKey(host, 'nova-compute'), { set }, open);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    records.log?.warn('an answer of the fencing agent is not taken', { host, fence: id, outcome: state, by });
    return { taken: false };
  }
  records.log?.warn('the fencing agent has answered', { host, fence: id, outcome: state, by });
  return { taken: true };
}
